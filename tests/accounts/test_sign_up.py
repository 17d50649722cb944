import re
import statistics
import time

import pytest
from django.core import mail
from django.test import Client

from portal.accounts.models import Activity, Consumer, Invitation
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in
from tests.conftest import make_consumer

OTHER = "a-kettle-on-the-hob"


@pytest.fixture(autouse=True)
def _open(settings, db) -> None:
    settings.PORTAL_SIGNUP = "open"


def form(email="eve@example.com", **typed):
    return {"first_name": "Eve", "last_name": "Example", "email": email, "password1": PASSWORD, **typed}


def sign_up(client, **typed):
    return client.post("/accounts/signup/", form(**typed))


def prove(client, code=None):
    return client.post("/accounts/confirm-email/", {"code": code or mailed_code()})


def test_works_with_the_code_that_was_mailed(client, sandbox):
    assert sign_up(client).url == "/accounts/confirm-email/"
    assert prove(client).url == "/"
    assert client.get("/").status_code == 200
    eve = Consumer.objects.get()
    assert (eve.get_full_name(), eve.verified_address()) == ("Eve Example", "eve@example.com")
    assert sign_in(Client(), login="eve@example.com").url == "/"


def test_before_the_code_nothing_opens_and_nothing_is_asked_upstream(client, sandbox, claims):
    sign_up(client)
    for page in ("/", "/inbox/claims/", "/inbox/claims/compose/", "/outgoing/", "/accounts/"):
        assert client.get(page).status_code in (302, 200)
        assert "eve@example.com" not in client.get(page).content.decode()
    assert client.get("/unread.json").status_code == 401
    assert sandbox.calls() == []


def test_the_log_says_that_the_account_was_opened_once_its_address_is_proved(client, sandbox):
    sign_up(client)
    assert not Activity.objects.exists()
    prove(client)
    assert list(Activity.objects.order_by("pk").values_list("event", flat=True)) == [
        "account_opened",
        "signed_in",
    ]
