"""What a frame asks for beyond the pages: the numbers, the hand-off, a window of its own; and the script."""
