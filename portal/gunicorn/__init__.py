"""Gunicorn in production: its settings, its lines in the log, and how a worker ends."""
