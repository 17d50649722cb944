"""Endpoints for a frame's scripts: session state, hand-off, a window of its own; for apps; and what websites load."""
