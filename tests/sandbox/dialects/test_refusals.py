"""An API that is not there, and other answers for what it does not know."""

import json
from email.utils import parsedate_to_datetime

import pytest

from tests.sandbox.helpers import ALICE, BOB, assert_refused, stored
from tests.support.sandbox import Sandbox

NOBODY = "00000000-0000-4000-8000-000000000000"
BODIES = {
    "empty": b"",
    "page": b"<!doctype html><title>Not Found</title><h1>404 Not Found</h1>",
    "json": b'{"message": "Not Found"}',
}
QUERY = f"address={BOB}"


def raw(sandbox: Sandbox, path: str) -> tuple[int, bytes]:
    status, _, body = sandbox.http("GET", sandbox.url + path, None, {"x-api-key": sandbox.api_key})
    return status, body


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("path", ["/securemail?", "/securemail/count?", f"/securemail/{NOBODY}?", "/else?"])
def test_a_missing_api_answers_as_what_stands_in_its_place(sandbox, form, path):
    sandbox.add(BOB)
    sandbox.dialect(f"missing-api={form}")
    assert raw(sandbox, path + QUERY) == (404, BODIES[form])


def test_a_missing_api_can_keep_the_envelope(sandbox):
    sandbox.add(BOB)
    sandbox.dialect("missing-api=envelope")
    assert_refused(sandbox.api("GET", "/securemail", query={"address": BOB}), 404, "INVALID_ENDPOINT")
    assert_refused(sandbox.api("POST", "/securemail", body={}), 404, "INVALID_ENDPOINT")


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("operation", ["", "/count"])
def test_an_unknown_contact_can_be_a_404_without_an_envelope(sandbox, form, operation):
    sandbox.add(ALICE)
    sandbox.dialect(f"unknown-contact={form}")
    assert raw(sandbox, f"/securemail{operation}?{QUERY}") == (404, BODIES[form])
    assert raw(sandbox, f"/securemail{operation}?address={ALICE}")[0] == 200


@pytest.mark.parametrize("code", ["FAILURE", "INVALID_PARTICIPANT", "INVALID_ENDPOINT"])
def test_an_unknown_contact_can_have_another_code(sandbox, code):
    sandbox.dialect(f"unknown-contact={code}")
    assert_refused(sandbox.api("GET", "/securemail", query={"address": BOB}), 404, code)


def test_an_unknown_contact_can_have_an_empty_list(sandbox):
    sandbox.dialect("unknown-contact=list")
    assert raw(sandbox, f"/securemail?{QUERY}")[0] == 200
    assert json.loads(raw(sandbox, f"/securemail/count?{QUERY}")[1])["data"] == {"count": 0}


@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_missing_message_can_have_another_status(sandbox, status):
    sandbox.dialect(f"missing-message={status}")
    for method, path in [("GET", ""), ("GET", "/userdata"), ("DELETE", "")]:
        answer = sandbox.api(method, f"/securemail/{NOBODY}{path}")
        assert_refused(answer, status, "INVALID_PARAMETER", naming="'secureMailId'")


def test_the_api_can_be_under_another_path(sandbox):
    mail_id = sandbox.add(ALICE)
    sandbox.dialect("base-path=/gateway/mail-v3")
    headers = {"x-api-key": sandbox.api_key}
    url = f"{sandbox.root}/gateway/mail-v3/securemail/{mail_id}"
    assert sandbox.http("GET", f"{url}?read=true", None, headers)[0] == 200
    assert stored(sandbox, mail_id)["status"] == "read"
    assert sandbox.calls()[0]["operation"] == "get"
    assert_refused(sandbox.api("GET", f"/securemail/{mail_id}"), 404, "INVALID_ENDPOINT")


@pytest.mark.parametrize("seconds", [3600, -86400])
def test_the_clock_can_be_wrong(sandbox, seconds):
    def clock() -> float:
        _, headers, _ = sandbox.http("GET", f"{sandbox.url}/securemail")
        return parsedate_to_datetime(headers["Date"]).timestamp()

    right = clock()
    sandbox.dialect(f"clock-skew={seconds}")
    assert 0 <= clock() - right - seconds < 60
