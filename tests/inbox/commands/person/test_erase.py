"""`manage.py person --erase`: everything that is stored about one person, and nothing about another."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from inbox.models import OutgoingMessage
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity, Consumer
from tests.accounts.operators import make_clerk
from tests.inbox.commands.person.helpers import ALL_TABLES, ANNA, ELSEWHERE, FIREFOX, erase, everything

on_postgresql = pytest.mark.postgresql("portal.accounts.personal_data.erasure")


@on_postgresql
def test_nothing_of_the_person_is_left(full, others, anna):
    ids = list(Activity.objects.filter(consumer=anna).values_list("pk", flat=True))
    erase()
    left = "".join(everything().values())
    for trace in (ANNA, "Anna", "A sentence", FIREFOX, "203.0.113.7", "customer-4711", *full.values()):
        assert trace not in left
    assert not Consumer.objects.filter(pk=anna.pk).exists()
    assert Activity.objects.filter(pk__in=ids).count() == len(ids)  # The lines are there, without a name.


@on_postgresql
def test_others_rows_are_untouched(full, others, anna):
    mine = {
        f"accounts.Activity {pk}" for pk in Activity.objects.filter(address=ANNA).values_list("pk", flat=True)
    }
    before = {key: row for key, row in everything().items() if key not in mine}
    erase()
    after = everything()
    gone = {key.split()[0] for key in before if key not in after}
    assert {key for key in before if key in after and after[key] != before[key]} == set()
    assert gone <= {table.model._meta.label for table in ALL_TABLES} | set(ELSEWHERE) | {"Session"}
    for model in (Consumer, EmailAddress, UserSession, OutgoingMessage, SocialAccount):
        owner = "pk" if model is Consumer else "user" if hasattr(model, "user") else "consumer"
        assert not model._base_manager.filter(**{owner: anna.pk}).exists()
    assert OutgoingMessage.objects.filter(consumer__email="alice@example.com").exists()


@on_postgresql
def test_the_lines_of_one_person_stay_together_under_a_new_name(full, capsys):
    number = Activity.objects.count()
    erase()
    (name,) = {line.address for line in Activity.objects.all()}
    assert name.startswith("erased-") and f"those of “{name}”" in capsys.readouterr().out
    assert Activity.objects.count() == number + 1
    closed = Activity.objects.first()
    assert (closed.event, closed.by, closed.detail) == (Event.ACCOUNT_CLOSED, "command", "erased")


def test_what_an_operator_did_to_them_keeps_the_operators_name_and_network(others):
    erase()
    line = Activity.objects.filter(event=Event.NAME_CHANGED, address__startswith="erased-").get()
    assert (line.by, line.network) == ("olga@example.com", "198.51.100.9")


@on_postgresql
def test_earlier_addresses_in_the_log_are_erased_too(anna):
    activity.record(Event.ADDRESS_CHANGED, anna, detail="anna.berg@example.com")
    Activity._base_manager.filter(event=Event.ACCOUNT_OPENED).update(address="anna.berg@example.com")
    erase()
    assert "anna" not in "".join(everything().values())


def test_without_yes_it_says_what_would_be_erased_and_erases_nothing(full, capsys):
    before = everything()
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("person", ANNA, "--erase")
    out = capsys.readouterr().out
    assert "outgoing_messages: 3" in out and "Under way: 1 queued." in out
    assert everything() == before


def test_the_person_is_signed_out_and_told_and_upstream_is_not_called(full, sandbox):
    browser = Client()
    browser.force_login(Consumer.objects.get(email=ANNA))
    sandbox.forget_calls()
    erase()
    assert browser.get("/").url.startswith("/accounts/login/") and sandbox.calls() == []
    assert mail.outbox[-1].to == [ANNA] and "closed" in mail.outbox[-1].subject


@on_postgresql
def test_erasing_again_finds_nothing(full):
    erase()
    with pytest.raises(CommandError, match=f"Nothing is stored about {ANNA}"):
        erase()


def test_an_operator_keeps_their_name_until_their_rights_are_taken(full, others, capsys):
    clerk = make_clerk("Carla")
    activity.record(Event.DEACTIVATED, Consumer.objects.get(email="bob@example.com"), by=clerk.email)
    with pytest.raises(CommandError, match="an operator's account"):
        erase(clerk.email)
    Consumer.objects.filter(pk=clerk.pk).update(is_staff=False)
    erase(clerk.email)
    assert Activity.objects.get(by=clerk.email).event == Event.DEACTIVATED
    assert "1 lines on what they did as an operator" in capsys.readouterr().out
