"""Neither errors nor logs contain data of the calls."""

import logging
import traceback

import pytest

from inbox.securemail import SecureMailClient, SecureMailError
from tests.securemail.conftest import FAST, KEY, PATIENT, MakeClient
from tests.securemail.operations import CALLS, every_operation
from tests.support.wire import Act, Wire, envelope, hang, hang_up, raw, reply

ANSWERS: dict[str, Act] = {
    "success": reply(envelope(data=[{"id": "m1", "subject": "subject-canary"}], secureMailId="m1")),
    "failure": reply({"status": {"code": "FAILURE", "message": "canary", "detail": "alice@canary.example"}}),
    "odd code": reply(envelope("CANARY alice@canary.example"), 400),
    "trouble": reply(b"<title>canary</title>", 500),
    "garbage": reply(b"canary"),
    "redirect": reply(b"", 302, ["Location: http://canary.example/?address=alice@canary.example"]),
    "broken head": raw(b"HTTP/1.1 200 OK\r\ncanary without a colon\r\n\r\n{}"),
    "no HTTP": raw(b"canary\r\n\r\n"),
    "end": hang_up,
    "silence": hang,
}


@every_operation
@pytest.mark.parametrize("answer", ANSWERS)
def test_logs_and_errors_hold_no_data_of_the_call(
    make_client: MakeClient,
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
    operation: str,
    answer: str,
) -> None:
    for logger in (None, "inbox"):
        caplog.set_level(logging.DEBUG, logger)
    wire.script(ANSWERS[answer])
    traceback_text = ""
    try:
        CALLS[operation](make_client(timeouts=FAST if answer == "silence" else PATIENT))
    except SecureMailError as error:
        traceback_text = "".join(traceback.format_exception(error))
        assert error.__context__ is None
    logged = "\n".join(caplog.messages)  # As logged by the client, before the portal's formatter sees it.
    for secret in ("canary", "Alice", KEY):
        assert secret not in logged
        assert secret not in traceback_text
    assert answer in ("end", "silence", "no HTTP") or f"{operation}: HTTP" in logged


def test_an_error_does_not_repeat_the_refused_argument(client: SecureMailClient) -> None:
    for call in (lambda: client.count("canary"), lambda: client.userdata("canary/x")):
        with pytest.raises(ValueError, match="must be") as caught:
            call()
        assert "canary" not in str(caught.value)


def test_other_users_of_urllib3_keep_their_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3.connectionpool").debug("theirs")
    assert "theirs" in caplog.text


def test_the_repr_of_a_client_does_not_show_the_key(make_client: MakeClient) -> None:
    client = make_client()
    assert KEY not in repr(client) + repr(vars(client))
