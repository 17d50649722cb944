"""The codes that open a window: valid for a minute, once, and not longer than the session that they come from."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client

from portal.accounts.federation.handoff import window_code
from portal.accounts.models import Consumer, WindowCode
from tests.conftest import make_consumer

PROOF = {"method": "hand_off", "at": 1_800_000_000.0}


@pytest.fixture
def anna(db) -> Consumer:
    return make_consumer("Anna")


def test_code_is_found_and_used_up_once(anna):
    code = window_code.issue(anna, [PROOF], "/inbox/claims/")
    found = window_code.find(code)
    assert (found.consumer, found.proofs, found.next) == (anna, [PROOF], "/inbox/claims/")
    assert window_code.redeem(found) and not window_code.redeem(found)
    assert window_code.find(code) is None


def test_code_is_stored_as_a_digest(anna):
    code = window_code.issue(anna, [], "/")
    assert code not in str(WindowCode.objects.values().get())
    assert window_code.issue(anna, [], "/") != code


def test_unknown_code_is_not_found(anna):
    window_code.issue(anna, [], "/")
    assert window_code.find("made-up") is None


@pytest.mark.parametrize(("seconds", "is_valid"), [(58, True), (62, False)])
def test_code_expires_after_a_minute(anna, seconds, is_valid):
    code = window_code.issue(anna, [], "/")
    found = window_code.find(code)
    with time_machine.travel(time.time() + seconds, tick=False):
        assert (window_code.find(code) is not None) is is_valid
        assert window_code.redeem(found) is is_valid


def test_code_is_invalid_once_its_session_is_over(anna):
    client = Client()
    client.force_login(anna)
    key = client.session.session_key
    session = UserSession.objects.create(user=anna, session_key=key, ip="127.0.0.1", user_agent="")
    code = window_code.issue(anna, [], "/", session)
    assert window_code.find(code).session == session
    client.session.flush()
    assert window_code.find(code) is None


@pytest.mark.postgresql
def test_one_of_several_concurrent_uses_succeeds(transactional_db):
    found = window_code.find(window_code.issue(make_consumer("Anna"), [], "/"))

    def redeem(_number):
        try:
            return window_code.redeem(found)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(redeem, range(8))) == [False] * 7 + [True]
