"""Every address that names a message, asked by everyone for everything that is not theirs."""

import pytest
from django.urls import URLPattern, get_resolver

from inbox.references import sign
from inbox.securemail import Direction
from tests.conftest import sign_in

ALICE = "alice@example.com"
NAMING_A_MESSAGE = ["", "body/", "details/", "delete/", "purge/", "withdraw/"]
ELSEWHERE = {
    "",
    "unread.json",
    "inbox/<slug:slug>/",
    "inbox/<slug:slug>/compose/",
    "inbox/<slug:slug>/selected/",
}


def test_the_matrix_below_holds_every_pattern_of_the_inbox():
    patterns = {str(p.pattern) for p in get_resolver("inbox.urls").url_patterns if isinstance(p, URLPattern)}
    assert patterns - ELSEWHERE == {f"inbox/<slug:slug>/<str:reference>/{end}" for end in NAMING_A_MESSAGE}


def hostile_references(message_id):
    mine = sign(ALICE, "Claims01", message_id, Direction.OUTBOUND)
    return {
        "somebody else's": mine,
        "a raw id": message_id,
        "another direction": "i" + mine[1:],
        "another id": mine.replace(message_id, "0" * 8),
        "no signature": mine.rpartition(".")[0] + ".",
        "a longer signature": mine + "A",
        "upper case": mine.upper(),
        "a path": f"o.{message_id}..%2f..%2f",
        "a query": f"{mine}%3Fread=true",
    }


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_others_are_refused_without_an_upstream_call(alice, bob, charlie, sandbox, method, end):
    message_id = sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    for person in (bob, charlie):
        browser = sign_in(person)
        for hostile in hostile_references(message_id).values():
            response = getattr(browser, method)(f"/inbox/claims/{hostile}/{end}")
            assert response.status_code in (404, 405)
            assert b"For Alice alone" not in response.content
    assert sandbox.calls() == []


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_a_reference_of_one_of_my_boxes_opens_nothing_in_another(page, sandbox, end):
    message_id = sandbox.add(ALICE, securebox="Claims01")
    reference = sign(ALICE, "Claims01", message_id, Direction.OUTBOUND)
    for method in (page.get, page.post):
        assert method(f"/inbox/billing/{reference}/{end}").status_code in (404, 405)
    assert sandbox.calls() == []


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_a_changed_address_makes_old_references_worthless(page, alice, sandbox, end):
    reference = sign(ALICE, "Claims01", sandbox.add(ALICE, securebox="Claims01"), Direction.OUTBOUND)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    for method in (page.get, page.post):
        assert method(f"/inbox/claims/{reference}/{end}").status_code in (404, 405)
    assert sandbox.calls() == []


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_a_stranger_is_sent_to_sign_in(client, claims, sandbox, end):
    reference = sign(ALICE, "Claims01", "abc", Direction.OUTBOUND)
    assert client.get(f"/inbox/claims/{reference}/{end}").url.startswith("/accounts/login/")
    assert sandbox.calls() == []
