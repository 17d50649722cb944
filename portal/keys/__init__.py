"""The secret keys that all processes share: who has which, and in which order they are replaced."""
