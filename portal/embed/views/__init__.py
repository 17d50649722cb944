"""What a frame's scripts ask for: who is signed in, the hand-off, a window of its own; and the script of websites."""
