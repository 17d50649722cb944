import json
from uuid import UUID

import pytest

from tests.sandbox.helpers import ALICE, assert_refused, listed, send, stored


def test_a_sent_message_is_stored_unread_and_waiting(sandbox):
    mail = stored(sandbox, send(sandbox, securebox="claims", subject="Water damage", text="Hello"))
    assert (mail["address"], mail["securebox"]) == (ALICE, "claims")
    assert (mail["direction"], mail["status"], mail["routing"]) == ("inbound", "unread", "waiting")
    assert (mail["subject"], mail["text"]) == ("Water damage", "Hello")


def test_the_response_has_the_id_and_the_uri(sandbox):
    _, answer = sandbox.api("POST", "/securemail", body={"data": {"fromAddress": ALICE}})
    assert answer["status"] == {"code": "SUCCESS", "message": "OK", "detail": ""}
    assert UUID(answer["secureMailId"])
    assert answer["selfUri"] == f"/nexus/v3/securemail/{answer['secureMailId']}"
    assert sandbox.http("GET", sandbox.root + answer["selfUri"], None, {"x-api-key": "sandbox-key"})[0] == 200


def test_sending_makes_the_contact_known(sandbox):
    assert sandbox.api("GET", "/securemail", query={"address": ALICE})[0] == 404
    send(sandbox)
    assert len(listed(sandbox)) == 1


def test_sending_without_a_securebox_uses_the_default_one(sandbox):
    assert stored(sandbox, send(sandbox))["securebox"] == ""


def test_every_answer_has_a_reference_id_of_its_own(sandbox):
    first, second = (sandbox.api("POST", "/securemail", body={"data": {"fromAddress": ALICE}}) for _ in "ab")
    assert UUID(first[1]["referenceId"]) != UUID(second[1]["referenceId"])


def test_unknown_fields_are_kept_as_internal_userdata(sandbox):
    mail_id = send(sandbox, userData={"CaseNumber": "4711"}, zipCode="10115")
    userdata = stored(sandbox, mail_id)["userdata"]
    assert userdata["CaseNumber"] == "4711"
    assert userdata["_zipCode"] == "10115"
    assert sandbox.api("GET", f"/securemail/{mail_id}/userdata")[1]["data"] == {"CaseNumber": "4711"}


def test_a_contact_keeps_the_name_that_was_sent_last(sandbox):
    send(sandbox, firstName="Alice", lastName="Becker")
    send(sandbox, subject="second")
    assert [mail["from"]["personal"] for mail in listed(sandbox)] == ["Alice Becker", "Alice Becker"]


@pytest.mark.parametrize(
    "text", ["", "Grüße 👋", "שלום", "line\r\nline", "nul \x00 byte", "<script>alert(1)</script>"]
)
def test_any_text_is_returned_as_it_was_sent(sandbox, text):
    mail_id = send(sandbox, subject=text, text=text)
    mail = sandbox.api("GET", f"/securemail/{mail_id}")[1]["secureMail"]
    assert (mail["subject"], mail["body"], mail["mime"]) == (text, text, "text/plain")


@pytest.mark.parametrize(
    ("body", "naming"),
    [
        ({}, "'data'"),
        ({"data": "text"}, "'data'"),
        ({"data": {}}, "'data.fromAddress'"),
        ({"data": {"fromAddress": "nobody"}}, "'data.fromAddress'"),
        ({"data": {"fromAddress": 7}}, "'data.fromAddress'"),
        ({"data": {"fromAddress": ALICE, "text": ["a"]}}, "'data.text'"),
        ({"data": {"fromAddress": ALICE, "subject": None}}, "'data.subject'"),
        ({"data": {"fromAddress": ALICE, "userData": []}}, "'data.userData'"),
        ({"data": {"fromAddress": ALICE}, "operationId": 7}, "'operationId'"),
        ({"data": {"fromAddress": ALICE}, "operationId": None}, "'operationId'"),
        ([], "'body'"),
        (b"", "'body'"),
        (b"{", "'body'"),
        (b'{"data": {"fromAddress": "alice@example.com", "text": "\xff"}}', "'body'"),
        (b'{"data": {"fromAddress": "alice@example.com", "text": "\\ud800"}}', "'body'"),
        (b'{"data": {"fromAddress": "alice@example.com"}, "n": NaN}', "'body'"),
        (b'{"data": {"fromAddress": "alice@example.com"}, "n": 1e999}', "'body'"),
        (
            b'{"data": {"fromAddress": "alice@example.com"}, "data": {"fromAddress": "bob@example.com"}}',
            "'data' twice",
        ),
        (
            b'{"data": {"fromAddress": "alice@example.com", "fromAddress": "bob@example.com"}}',
            "'fromAddress' twice",
        ),
        (b'{"data": {"fromAddress": "alice@example.com", "x": [{"\\u0061": 1, "a": 2}]}}', "'a' twice"),
        (b"[" * 5000 + b"]" * 5000, "'body'"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "'body'"),
    ],
)
def test_an_invalid_body_is_refused_and_stores_nothing(sandbox, body, naming):
    answer = sandbox.api("POST", "/securemail", body=body)
    assert_refused(answer, 400, "INVALID_PARAMETER", naming=naming)
    assert sandbox.messages() == []


def test_a_body_of_more_than_a_mebibyte_is_refused(sandbox):
    def body(length: int) -> bytes:
        empty = json.dumps({"data": {"fromAddress": ALICE, "text": ""}}).encode()
        return empty.replace(b'""', b'"' + b"x" * (length - len(empty)) + b'"')

    assert sandbox.api("POST", "/securemail", body=body(1024 * 1024))[0] == 200
    too_large = sandbox.api("POST", "/securemail", body=body(1024 * 1024 + 1))
    assert_refused(too_large, 400, "INVALID_PARAMETER", naming="'body'")


def test_a_body_that_is_not_declared_as_json_is_refused(sandbox):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = sandbox.api("POST", "/securemail", body={"data": {"fromAddress": ALICE}}, headers=headers)
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="Content-Type")


def test_an_invalid_securebox_stores_nothing(sandbox):
    answer = sandbox.api(
        "POST", "/securemail", query={"securebox": "x"}, body={"data": {"fromAddress": ALICE}}
    )
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'securebox'")
    assert sandbox.messages() == []
