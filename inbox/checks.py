import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from inbox import reply_times
from inbox.connection_checks import connections
from inbox.extra_fields import ExtraField
from inbox.gateway import build_client, get_dialect
from portal.encryption import check_keys


@register("portal")
def dialect(**_: object) -> list[CheckMessage]:
    try:
        get_dialect()
    except (ValueError, OSError) as error:
        hint = "SECUREMAIL_DIALECT is a JSON object or the path of a file with one: see docs/going-live.md, step 4."
        return [Error(f"The API's dialect cannot be read: {error}.", hint=hint, id="inbox.E003")]
    return []


@register("portal")
def client_settings(**_: object) -> list[CheckMessage]:
    """Builds a client and closes it again: its constructor checks the SECUREMAIL_* settings."""
    if dialect() or any(message.is_serious() for message in connections()):
        return []
    try:
        build_client().close()
    except ValueError as error:
        hint = "See docs/going-live.md for what each SECUREMAIL_* setting holds."
        return [Error(f"The client of the API cannot be built: {error}", hint=hint, id="inbox.E001")]
    return []


@register("portal")
def working_days(**_: object) -> list[CheckMessage]:
    days = settings.PORTAL_WORKING_DAYS
    if days and set(days) <= set(reply_times.WEEKDAYS):
        return []
    hint = f"List days of the week, with commas: {','.join(reply_times.WEEKDAYS)}."
    return [Error(f"PORTAL_WORKING_DAYS is no list of days: {','.join(days)}.", hint=hint, id="inbox.E017")]


@register("portal")
def encryption_keys(**_: object) -> list[CheckMessage]:
    """Without a usable key, no draft and no message could be saved."""
    try:
        check_keys()
    except ValueError as error:
        hint = (
            "Make a key with: python -c 'from cryptography.fernet import Fernet;"
            " print(Fernet.generate_key().decode())'. Several are separated by commas, the newest first."
        )
        return [Error(str(error), hint=hint, id="inbox.E002")]
    return []


@register("portal")
def sending_mark_file(**_: object) -> list[CheckMessage]:
    if not settings.PORTAL_SENDING_MARK_FILE:
        return []
    path = Path(settings.PORTAL_SENDING_MARK_FILE)
    needed = path if path.exists() else path.parent
    if not path.is_dir() and needed.exists() and os.access(needed, os.R_OK | os.W_OK):
        return []
    hint = "It is a file, or will be one, in a folder where the portal may write. All processes share it."
    return [Error(f"PORTAL_SENDING_MARK_FILE cannot be written: {path}.", hint=hint, id="inbox.E015")]


@register(Tags.database)
def extra_fields(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """What the admin has accepted, against the settings of today. With `migrate`, and `check --database default`."""
    if not databases or dialect():
        return []
    try:
        return [
            error for field in ExtraField.objects.select_related("securebox") for error in _check_field(field)
        ]
    except DatabaseError:
        return []  # Before migrations, there is no such table.


def _check_field(field: ExtraField) -> list[CheckMessage]:
    try:
        field.clean_fields()
        field.clean()
    except ValidationError as error:
        told = f"The field {field.key} of the securebox {field.securebox.slug}: {' '.join(error.messages)}"
        hint = "Change the field on the securebox's page of the admin, or SECUREMAIL_DIALECT."
        return [Error(told, hint=hint, id="inbox.E016")]
    return []
