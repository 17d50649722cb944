from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from portal.accounts.addresses import normalise_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types.
    """What this portal asks of django-allauth beyond its settings."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the operator: `manage.py consumer`, or the admin."""
        return False

    def clean_email(self, email: str) -> str:
        return normalise_address(email)
