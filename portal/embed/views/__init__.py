"""Endpoints for a frame's scripts: session state, hand-off, a window of its own; and the script for websites."""
