from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.db.models import Model

from portal.accounts.models import Consumer, Invitation, WindowCode

_KEY = "an internal key"
_SECURITY = "would open the account"
_OTHERS = "another person's data"


@dataclass(frozen=True)
class Table:
    """One section of the export: the rows of `model` whose field `owner` is the account.

    `exported` are the fields that it has, or paths that begin at a field. `withheld` gives each other field with the
    reason. Together they are all: tests/inbox/commands/person/test_tables.py fails if a field is in neither.
    """

    model: type[Model]
    owner: str
    exported: tuple[str, ...]
    withheld: Mapping[str, str]

    def rows(self, consumer: Consumer) -> list[dict[str, Any]]:
        rows = self.model._base_manager.filter(**{self.owner: consumer.pk}).order_by("pk")
        return list(rows.values(*self.exported))


TABLES: Final = {
    "account": Table(
        Consumer,
        "id",
        (
            "email",
            "first_name",
            "last_name",
            "is_active",
            "is_staff",
            "is_superuser",
            "date_joined",
            "last_login",
            "prefers_plain_text",
            "time_zone",
            "device_time_zone",
            "uses_shortcuts",
        ),
        {"password": _SECURITY, "groups": "in `rights`", "user_permissions": "in `rights`"},
    ),
    "addresses": Table(EmailAddress, "user", ("email", "verified", "primary"), {"id": _KEY}),
    "invitations": Table(
        Invitation,
        "consumer",
        ("sent_at", "expires_at", "accepted_at", "withdrawn_at"),
        {"id": _KEY, "token_hash": _SECURITY, "invited_by": _OTHERS},
    ),
    "devices": Table(
        UserSession,
        "user",
        ("created_at", "last_seen_at", "ip", "user_agent"),
        {"id": _KEY, "session_key": _SECURITY, "data": _KEY},
    ),
    "second_steps": Table(
        Authenticator,
        "user",
        ("type", "data__name", "created_at", "last_used_at"),  # Passkeys have a name; the rest is secret.
        {"id": _KEY},
    ),
    "linked_identities": Table(
        SocialAccount,
        "user",
        ("provider", "uid", "date_joined", "last_login", "extra_data"),
        {"id": _KEY},
    ),
    "window_codes": Table(
        WindowCode,
        "consumer",
        ("next", "proofs", "expires_at"),
        {"id": _KEY, "digest": _SECURITY, "session": _KEY},
    ),
    "admin_history": Table(
        LogEntry,
        "user",
        ("action_time", "action_flag"),
        {
            "id": _KEY,
            "content_type": _OTHERS,
            "object_id": _OTHERS,
            "object_repr": _OTHERS,
            "change_message": _OTHERS,
        },
    ),
}
