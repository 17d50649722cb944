"""`manage.py person`: people without an account, with half of one, and with none at all."""

import json
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.log_ids import log_ids
from portal.accounts.sessions.revoke import revoke_all
from portal.accounts.signup import invitations
from tests.accounts.signing_in import PASSWORD
from tests.conftest import make_consumer
from tests.inbox.commands.person.helpers import ANNA, erase, everything, export


def test_a_person_with_an_invitation_only(db, capsys):
    invitations.invite("dora@example.com", first_name="Dora")
    found = export(capsys, "Dora@Example.com")
    assert found["account"][0]["first_name"] == "Dora" and len(found["invitations"]) == 1
    erase("dora@example.com")
    assert "dora" not in "".join(everything().values()).lower()


def test_a_person_whose_account_was_closed(anna, capsys):
    revoke_all(anna)
    anna.delete()
    found = export(capsys)
    assert found["account"] == [] and len(found["activity_log"]) == 1
    erase()
    assert ANNA not in "".join(everything().values())


def test_a_sign_up_that_was_begun_and_not_finished(db, settings, capsys):
    settings.PORTAL_SIGNUP = "open"
    form = {"email": ANNA, "password1": PASSWORD, "first_name": "Anna", "last_name": "Berg"}
    Client().post("/accounts/signup/", form)
    assert export(capsys)["sessions"][0]["typed_names"] == ["Anna", "Berg"]
    erase()
    assert "Berg" not in "".join(everything().values()) and not Session.objects.exists()


def test_an_address_that_another_account_asked_for(bob, capsys):
    """The owner of an address learns that it was typed, but not by whom; erasing removes it."""
    EmailAddress.objects.create(user=bob, email="zoe@example.com", verified=False)
    activity.record(Event.ADDRESS_ASKED_FOR, bob, detail="zoe@example.com")
    found = export(capsys, "zoe@example.com")
    assert len(found["asked_for_by_other_accounts"]) == 2 and "bob" not in json.dumps(found)
    erase("zoe@example.com")
    assert "zoe" not in "".join(everything().values())
    assert EmailAddress.objects.get(user=bob).verified


def test_sessions_that_have_expired_do_not_count(anna, capsys):
    browser = Client()
    browser.force_login(anna)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert export(capsys)["sessions"] == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("nobody@example.com", "Nothing is stored about nobody@example.com"),
        ("no address", "Enter an email address"),
    ],
)
@pytest.mark.parametrize("action", ["--export", "--erase"])
def test_an_unknown_person_is_an_error(db, address, problem, action):
    with pytest.raises(CommandError, match=problem):
        call_command("person", address, action)


def test_the_pseudonym_in_the_log_is_told_also_that_of_a_former_key(db, settings, capsys):
    anna = make_consumer("Anna")
    (before,) = log_ids(anna)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    call_command("person", ANNA, log_id=True)
    now, former = capsys.readouterr().out.splitlines()
    assert former == f"{before} (with a former SECRET_KEY)"
    assert re.fullmatch(r"[0-9a-f]{16}", now) and now != before


def test_someone_without_an_account_has_no_pseudonym(db):
    with pytest.raises(CommandError, match="no account"):
        call_command("person", ANNA, log_id=True)
