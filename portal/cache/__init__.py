"""The cache that all processes share, and what it means to lose it."""
