"""Keeps a securebox that is down or hangs from slowing down the others: `inbox.access` makes every call through it."""
