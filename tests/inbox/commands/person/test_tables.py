"""`manage.py person` knows every table and every field."""

import pytest
from django.apps import apps

from tests.inbox.commands.person.helpers import ALL_TABLES, ELSEWHERE

# The other tables hold no personal data, for these reasons.
NOBODYS = {
    "account.EmailConfirmation": "unused: addresses are proved by codes in sessions",
    "accounts.Company": "a company",
    "accounts.CompanyKey": "a company's public key",
    "accounts.SpentToken": "digests of what was used: random ids of tokens, codes with a session's key",
    "auth.Group": "a name for rights",
    "auth.Group_permissions": "rights of a group",
    "auth.Permission": "a right",
    "contenttypes.ContentType": "a table",
    "embed.Website": "a website",
    "embed.Website_secureboxes": "what a website shows",
    "inbox.ExtraField": "what a department asks for",
    "inbox.Holiday": "the company's",
    "inbox.Securebox": "a department's",
    "portal.Heartbeat": "a program's last sign of life",
    "portal.RunningProcess": "a program's process, and the fingerprints of its keys",
    "inbox.SendingMark": "the number of attempts to send",
    "portal.Tally": "counts, of nobody",
    "socialaccount.SocialApp": "unused: the provider is in the settings",
    "socialaccount.SocialToken": "unused: tokens are not stored",
}


def test_each_table_is_exported_or_holds_nobodys_data():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    exported = {table.model._meta.label for table in ALL_TABLES} | set(ELSEWHERE)
    assert labels == exported | set(NOBODYS) and not exported & set(NOBODYS)


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.model._meta.label)
def test_each_field_is_exported_or_withheld_with_a_reason(table):
    fields = {field.name for field in (*table.model._meta.fields, *table.model._meta.many_to_many)}
    exported = {name.split("__")[0] for name in table.exported}
    assert fields == exported | set(table.withheld) | {table.owner} and all(table.withheld.values())
