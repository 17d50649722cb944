import pytest

from tests.sandbox.helpers import ALICE, BOB, assert_refused, send
from tests.support.sandbox import Sandbox


def count(sandbox: Sandbox, **query: str) -> int:
    _, answer = sandbox.api("GET", "/securemail/count", query={"address": ALICE} | query)
    assert answer["status"]["code"] == "SUCCESS"
    return answer["data"]["count"]


@pytest.mark.parametrize(("query", "expected"), [({}, 3), ({"status": "unread"}, 1), ({"status": "read"}, 2)])
def test_read_and_unread_messages_are_counted(sandbox, query, expected):
    sandbox.add(ALICE, status="read")
    sandbox.add(ALICE, status="read")
    sandbox.add(ALICE)
    assert count(sandbox, **query) == expected


def test_only_this_contact_and_this_securebox_count(sandbox):
    sandbox.add(ALICE)
    sandbox.add(ALICE, securebox="claims")
    sandbox.add(BOB)
    assert count(sandbox, address="ALICE@EXAMPLE.COM") == 1
    assert count(sandbox, securebox="claims") == 1
    assert count(sandbox, securebox="billing") == 0


def test_deleted_messages_do_not_count(sandbox):
    mail_id = sandbox.add(ALICE)
    sandbox.api("DELETE", f"/securemail/{mail_id}", query={"remove": "delete"})
    assert count(sandbox) == 0


def test_own_messages_count_as_unread_until_an_agent_answers(sandbox):
    question = send(sandbox)
    assert count(sandbox, status="unread") == 1
    sandbox.answer(question)
    unread = sandbox.api("GET", "/securemail", query={"address": ALICE, "status": "unread"})[1]["data"]
    assert [mail["direction"] for mail in unread] == ["outbound"]
    assert count(sandbox, status="unread") == 1


def test_an_unknown_contact_is_a_404(sandbox):
    answer = sandbox.api("GET", "/securemail/count", query={"address": ALICE})
    assert_refused(answer, 404, "INVALID_PARAMETER", naming="'address'")


@pytest.mark.parametrize(
    ("name", "value"),
    [("address", "nobody"), ("status", "open"), ("securebox", "x"), ("address", [ALICE, BOB])],
)
def test_the_error_names_the_invalid_parameter(sandbox, name, value):
    sandbox.add(ALICE)
    answer = sandbox.api("GET", "/securemail/count", query={"address": ALICE} | {name: value})
    assert_refused(answer, 400, "INVALID_PARAMETER", naming=f"'{name}'")
