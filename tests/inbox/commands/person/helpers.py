"""Calls `manage.py person`, reads all that is stored, and names the tables that hold something about people."""

import json

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command

from inbox.outgoing import personal_data as outgoing
from portal.accounts.personal_data.tables import TABLES
from portal.accounts.sessions.store import SessionStore

ANNA = "anna@example.com"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"

# The export has these in sections that do not come from a `Table`.
ELSEWHERE = {
    "accounts.Activity": "activity_log",
    "accounts.Consumer_groups": "rights",
    "accounts.PortalMail": "mails_under_way",
    "accounts.Consumer_user_permissions": "rights",
    "inbox.Securebox_consumers": "secureboxes",
    "sessions.Session": "sessions",
}
ALL_TABLES = [*TABLES.values(), outgoing.MESSAGES, outgoing.WITHDRAWN]


def export(capsys, address=ANNA, **options) -> dict:
    capsys.readouterr()
    call_command("person", address, "--export", **options)
    return json.loads(capsys.readouterr().out)


def erase(address=ANNA) -> None:
    call_command("person", address, "--erase", "--yes")


def everything() -> dict[str, str]:
    """Each row of each table, sessions decoded."""
    rows = {
        f"{row._meta.label} {row.pk}": repr([getattr(row, field.attname) for field in row._meta.fields])
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.all()
        if model is not Session
    }
    return rows | {
        f"Session {row.pk}": repr(SessionStore().decode(row.session_data)) for row in Session.objects.all()
    }
