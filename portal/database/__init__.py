"""The connection to the database: its settings, its failures, and migrations that run one at a time."""
