"""The admin's pages on accounts. Django imports this package to find them, and each module registers its own."""

from portal.accounts.admin import activity_log, companies, consumers, groups, invitations

__all__ = ["activity_log", "companies", "consumers", "groups", "invitations"]
