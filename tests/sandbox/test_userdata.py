import pytest

from tests.sandbox.helpers import ALICE, assert_refused, send
from tests.support.sandbox import Sandbox


def userdata(sandbox: Sandbox, mail_id: str) -> dict:
    _, answer = sandbox.api("GET", f"/securemail/{mail_id}/userdata")
    return answer["data"]


def test_userdata_is_returned_as_it_was_attached(sandbox):
    data = {"CaseNumber": "4711", "nested": {"list": [1, 2.5, None, True]}}
    assert userdata(sandbox, sandbox.add(ALICE, userdata=data)) == data


def test_internal_keys_are_left_out(sandbox):
    mail_id = sandbox.add(ALICE, userdata={"shown": 1, "_hidden": 2, "GSYS_Hidden": 3})
    assert userdata(sandbox, mail_id) == {"shown": 1}


def test_the_routing_of_a_sent_message_is_internal(sandbox):
    mail_id = send(sandbox, securebox="claims")
    assert userdata(sandbox, mail_id) == {}
    assert sandbox.messages()[0]["userdata"] == {"GSYS_Queue": "securemail.claims"}


def test_asking_for_userdata_changes_nothing(sandbox):
    mail_id = send(sandbox)
    before = sandbox.messages()
    userdata(sandbox, mail_id)
    assert sandbox.messages() == before


@pytest.mark.parametrize("mail_id", ["00000000-0000-4000-8000-000000000000", "count", "x"])
def test_a_missing_message_is_a_400(sandbox, mail_id):
    answer = sandbox.api("GET", f"/securemail/{mail_id}/userdata")
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'secureMailId'")
