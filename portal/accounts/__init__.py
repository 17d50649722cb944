"""Accounts of consumers: signing up, signing in, sessions, and the activity log."""
