"""The site: its wiring, and everything around the mail."""
