"""HTML from strangers: read in linear time, cut down to what is shown, and sanitised where it can harm nothing else."""
