"""Every answer has an `operationId`: the caller's own, or an empty one."""

import pytest

from tests.sandbox.helpers import ALICE, assert_refused, stored

ID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("operation_id", ["op-1", "", {"id": 7, "part": ["a"]}, {}])
def test_it_is_echoed_as_it_was_sent(sandbox, operation_id):
    body = {"data": {"fromAddress": ALICE}, "operationId": operation_id}
    _, answer = sandbox.api("POST", "/securemail", body=body)
    assert answer["operationId"] == operation_id
    assert stored(sandbox, answer["secureMailId"])["operation_id"] == operation_id


def test_a_refusal_echoes_it_too(sandbox):
    answer = sandbox.api("POST", "/securemail", body={"data": {}, "operationId": "op-1"})
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'data.fromAddress'")
    assert answer[1]["operationId"] == "op-1"


def test_without_one_it_is_empty_and_none_is_stored(sandbox):
    _, answer = sandbox.api("POST", "/securemail", body={"data": {"fromAddress": ALICE}})
    assert answer["operationId"] == ""
    assert stored(sandbox, answer["secureMailId"])["operation_id"] is None


def test_answers_of_all_operations_have_it(sandbox):
    mail_id = sandbox.add(ALICE)
    for method, path in [
        ("GET", f"/securemail?address={ALICE}"),
        ("GET", f"/securemail/count?address={ALICE}"),
        ("GET", f"/securemail/{mail_id}"),
        ("GET", f"/securemail/{mail_id}/userdata"),
        ("DELETE", f"/securemail/{mail_id}"),
    ]:
        status, answer = sandbox.api(method, path)
        assert (status, answer["operationId"]) == (200, "")


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/securemail?address=nobody@example.com", "sandbox-key"),
        ("GET", "/securemail", "wrong"),
        ("GET", f"/securemail/{ID}", "sandbox-key"),
        ("PUT", "/securemail", "sandbox-key"),
        ("GET", "/nowhere", "sandbox-key"),
    ],
)
def test_refusals_of_all_kinds_have_it(sandbox, method, path, key):
    status, answer = sandbox.api(method, path, key=key)
    assert status >= 400
    assert answer["operationId"] == ""


def test_answers_of_faults_have_it(sandbox):
    sandbox.fault("status", status=503)
    assert sandbox.api("GET", "/securemail")[1]["operationId"] == ""


def test_the_same_one_twice_is_two_messages(sandbox):
    for _ in "ab":
        sandbox.api("POST", "/securemail", body={"data": {"fromAddress": ALICE}, "operationId": "op-1"})
    assert len(sandbox.messages()) == 2
