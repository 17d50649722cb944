"""The names of a securebox: each stands for one box only, or one would show the messages of another."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from inbox.models import Securebox

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("inbox.models.securebox")]


@pytest.fixture
def claims():
    return Securebox.objects.create(
        slug="claims", name="Claims01", title="Claims", aliases="Schäden\nclaims 1"
    )


def box(**fields):
    return Securebox(slug="billing", title="Billing", **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Billing1", "aliases": "Claims01"},
        {"name": "Billing1", "aliases": "Billing\nCLAIMS01"},
        {"name": "Billing1", "aliases": " schÄden "},
        {"name": "", "aliases": "claims 1"},
    ],
)
def test_a_name_that_another_box_goes_by_is_refused(claims, fields):
    with pytest.raises(ValidationError, match="Claims already goes by one of these names"):
        box(**fields).full_clean()


def test_a_new_name_that_is_anothers_alias_is_refused(claims):
    claims.aliases = "Billing1"
    claims.save()
    with pytest.raises(ValidationError, match="already goes by"):
        box(name="billing1").full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "claims01"},  # To the API, another box.
        {"name": "Billing1", "aliases": "billing1\nBilling"},
        {"name": ""},
        {"name": "", "aliases": "default"},
    ],
)
def test_other_names_are_taken(claims, fields):
    box(**fields).full_clean()
    claims.full_clean()


def test_a_name_that_no_answer_could_hold_is_refused():
    with pytest.raises(ValidationError, match="at most 100 characters"):
        box(name="Billing1", aliases="x" * 101).full_clean()


def test_the_command_sets_names_and_the_hint_about_files(claims):
    call_command(
        "securebox", "claims", "--alias", "Claims", "--alias", "claims01", "--attachment-hint", "Ask us."
    )
    claims.refresh_from_db()
    assert (claims.alias_names, claims.attachment_hint) == (("Claims", "claims01"), "Ask us.")
    with pytest.raises(CommandError, match="Claims already goes by one of these names"):
        call_command("securebox", "billing", "--name", "Billing1", "--alias", "claims01")
