"""Which error each kind of bad response raises."""

import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import time_machine

from inbox.securemail import (
    BadAnswer,
    Connection,
    Listing,
    Misconfigured,
    NotFound,
    Rejected,
    SecureMailClient,
    SecureMailError,
    Unauthorised,
    Unavailable,
)
from tests.securemail.operations import CALLS, every_operation
from tests.support.wire import Act, Wire, envelope, raw, reply


# All tests share a server and a client, which is faster. A response leaves no state behind.
@pytest.fixture(scope="module")
def shared_wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture(scope="module")
def client(shared_wire: Wire) -> Iterator[SecureMailClient]:
    with closing(SecureMailClient(Connection(shared_wire.url, ("key",)))) as client:
        yield client


@pytest.fixture
def wire(shared_wire: Wire) -> Wire:
    shared_wire.requests.clear()
    return shared_wire


HTML = b"<!doctype html><title>Bad gateway</title>"


def failure(client: SecureMailClient, wire: Wire, operation: str, act: Act) -> SecureMailError:
    wire.script(act)
    with pytest.raises(SecureMailError) as caught:
        CALLS[operation](client)
    assert caught.value.operation == operation
    return caught.value


@every_operation
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [envelope("FAILURE"), HTML, {"message": "Forbidden"}, b""])
def test_a_refused_key_is_unauthorised(
    client: SecureMailClient, wire: Wire, operation: str, status: int, body: object
) -> None:
    error = failure(client, wire, operation, reply(body, status))
    assert (type(error), error.certainly_not_sent, error.http_status) == (Unauthorised, True, status)


@every_operation
@pytest.mark.parametrize("status", [200, 400, 404, 500])
@pytest.mark.parametrize("code", ["INVALID_CLIENT_TOKEN", "INVALID_CONTACT_CENTER"])
def test_a_code_for_a_bad_key_is_unauthorised_with_any_status(
    client: SecureMailClient, wire: Wire, operation: str, status: int, code: str
) -> None:
    error = failure(client, wire, operation, reply(envelope(code), status))
    assert (type(error), error.certainly_not_sent, error.code) == (Unauthorised, True, code)


@every_operation
@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [envelope("FAILURE"), envelope(), HTML, b""])
def test_a_server_error_is_unavailable_and_may_have_acted(
    client: SecureMailClient, wire: Wire, operation: str, status: int, body: object
) -> None:
    error = failure(client, wire, operation, reply(body, status))
    assert (type(error), error.certainly_not_sent, error.http_status) == (Unavailable, False, status)
    assert len(wire.requests) == 1


@every_operation
def test_too_many_requests_is_unavailable_and_has_not_acted(
    client: SecureMailClient, wire: Wire, operation: str
) -> None:
    error = failure(client, wire, operation, reply(b"slow down", 429))
    assert (type(error), error.certainly_not_sent, error.retry_after) == (Unavailable, True, None)
    assert len(wire.requests) == 1


RETRY_AFTER = [
    ("0", 0),
    ("30", 30),
    (" 30 ", 30),
    ("3601", 3600),
    ("9" * 5_000, None),
    ("9" * 4_000, 3600),
    ("Fri, 13 Nov 2026 08:02:30 GMT", 150),
    ("Fri, 13 Nov 2026 07:00:00 GMT", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
    ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
    ("-5", None),
    ("1e9", None),
    ("soon", None),
    ("", None),
    ("30, 60", None),
]


@pytest.mark.parametrize(("header", "seconds"), RETRY_AFTER)
@pytest.mark.parametrize("status", [429, 503])
@time_machine.travel("2026-11-13T08:00:00Z", tick=False)
def test_the_api_says_when_it_may_be_called_again(
    client: SecureMailClient, wire: Wire, status: int, header: str, seconds: float | None
) -> None:
    error = failure(client, wire, "list", reply(b"slow down", status, [f"Retry-After: {header}"]))
    assert (type(error), error.retry_after) == (Unavailable, seconds)


def test_a_refusal_that_breaks_off_still_says_when(client: SecureMailClient, wire: Wire) -> None:
    act = raw(b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 50\r\n\r\n<")
    assert failure(client, wire, "list", act).retry_after == 7


@pytest.mark.parametrize(
    ("operation", "status"),
    [(name, status) for name in ("get", "userdata") for status in (200, 400, 404, 410)]
    + [("remove", 404), ("remove", 410)],
)
@pytest.mark.parametrize("code", ["FAILURE", "INVALID_PARAMETER"])
def test_a_missing_message_is_not_found_with_each_not_found_status(
    client: SecureMailClient, wire: Wire, operation: str, status: int, code: str
) -> None:
    error = failure(client, wire, operation, reply(envelope(code), status))
    assert (type(error), error.http_status, error.code) == (NotFound, status, code)


@pytest.mark.parametrize("operation", ["list", "count", "send", "remove"])
@pytest.mark.parametrize("status", [200, 400, 413, 415, 422])
def test_a_refusal_is_rejected_and_has_not_acted(
    client: SecureMailClient, wire: Wire, operation: str, status: int
) -> None:
    error = failure(client, wire, operation, reply(envelope("INVALID_PARAMETER"), status))
    assert (type(error), error.certainly_not_sent) == (Rejected, True)
    assert (error.http_status, error.code) == (status, "INVALID_PARAMETER")


def test_a_404_when_sending_is_rejected(client: SecureMailClient, wire: Wire) -> None:
    assert type(failure(client, wire, "send", reply(envelope("FAILURE"), 404))) is Rejected


@pytest.mark.parametrize("operation", ["list", "count"])
@pytest.mark.parametrize("code", ["FAILURE", "INVALID_PARAMETER"])
def test_a_404_that_can_mean_the_contact_is_an_empty_inbox(
    client: SecureMailClient, wire: Wire, operation: str, code: str
) -> None:
    wire.script(reply(envelope(code), 404))
    assert CALLS[operation](client) in (Listing(), 0)


NOT_ABOUT_AN_ENTITY = [
    "INVALID_SESSION",
    "INVALID_PARTICIPANT",
    "INVALID_TRANSPORT",
    "INVALID_NICKNAME",
    "INVALID_FILE_TYPE",
    "SOMETHING_NEW",
    "invalid_parameter",
]


@every_operation
@pytest.mark.parametrize("status", [200, 400, 404, 410])
@pytest.mark.parametrize("code", NOT_ABOUT_AN_ENTITY)
def test_with_any_other_code_nothing_is_missing(
    client: SecureMailClient, wire: Wire, operation: str, status: int, code: str
) -> None:
    error = failure(client, wire, operation, reply(envelope(code), status))
    assert (type(error), error.certainly_not_sent) == (Rejected, True)


@pytest.mark.parametrize("operation", ["list", "count"])
@pytest.mark.parametrize("status", [200, 400, 410])
def test_with_any_other_status_the_inbox_is_not_empty(
    client: SecureMailClient, wire: Wire, operation: str, status: int
) -> None:
    assert type(failure(client, wire, operation, reply(envelope("FAILURE"), status))) is Rejected


MISSING_PAGES = [
    b"",
    b" ",
    HTML,
    {"message": "no Route matched"},
    {"status": 404},
    {"status": {"code": None}},
]


@every_operation
@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("body", MISSING_PAGES)
def test_a_missing_page_is_a_missing_api(
    client: SecureMailClient, wire: Wire, operation: str, status: int, body: object
) -> None:
    error = failure(client, wire, operation, reply(body, status))
    assert (type(error), error.certainly_not_sent, error.http_status) == (Misconfigured, False, status)


@every_operation
@pytest.mark.parametrize("status", [200, 400, 404, 405, 410, 500])
def test_an_endpoint_that_the_api_does_not_know_is_a_missing_api(
    client: SecureMailClient, wire: Wire, operation: str, status: int
) -> None:
    error = failure(client, wire, operation, reply(envelope("INVALID_ENDPOINT"), status))
    assert (type(error), error.certainly_not_sent) == (Misconfigured, True)


@every_operation
@pytest.mark.parametrize("status", [405, 407])
@pytest.mark.parametrize("body", [envelope("FAILURE"), HTML, b""])
def test_a_method_or_a_proxy_that_is_closed_to_the_portal_is_for_operators(
    client: SecureMailClient, wire: Wire, operation: str, status: int, body: object
) -> None:
    error = failure(client, wire, operation, reply(body, status))
    assert (type(error), error.certainly_not_sent) == (Misconfigured, True)


@every_operation
@pytest.mark.parametrize("status", [400, 413])
@pytest.mark.parametrize("body", [b"", HTML, {"message": "no Route matched"}, {"status": 404}])
def test_a_refusal_by_a_proxy_is_a_bad_answer(
    client: SecureMailClient, wire: Wire, operation: str, status: int, body: object
) -> None:
    error = failure(client, wire, operation, reply(body, status))
    assert (type(error), error.certainly_not_sent) == (BadAnswer, False)


NOT_JSON = [
    b"",
    HTML,
    b"\xff\xfe{}",
    b'{"status": {"code": "SUCCESS"}, "data": [NaN]}',
    b'{"status": {"code": "SUCCESS"}, "data": [-Infinity]}',
    b'{"status": {"code": "SUCCESS"}, "data": [1e999]}',
    b'{"status": {"code": "SUCCESS"}, "data": [], "data": {}}',
    b'{"status": {"code": "SUCCESS"}, "data": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"status": {"code": "SUCCESS"}, "data": [' + b"9" * 5_000 + b"]}",
    b'{"status": {"code": "SUCCESS"}, "data": [',
    b"[]",
    b"null",
    b'"SUCCESS"',
]
NO_STATUS = [
    {},
    {"data": []},
    {"status": None},
    {"status": "SUCCESS"},
    {"status": {}},
    {"status": {"code": 0}},
]


@every_operation
@pytest.mark.parametrize("body", [*NOT_JSON, *NO_STATUS])
def test_a_200_without_a_status_of_success_is_a_bad_answer(
    client: SecureMailClient, wire: Wire, operation: str, body: object
) -> None:
    error = failure(client, wire, operation, reply(body))
    assert (type(error), error.certainly_not_sent, error.http_status) == (BadAnswer, False, 200)


@pytest.mark.parametrize("operation", ["list", "count", "get", "userdata"])
@pytest.mark.parametrize("data", [None, "text", 5, True])
def test_a_success_without_the_requested_data_is_a_bad_answer(
    client: SecureMailClient, wire: Wire, operation: str, data: object
) -> None:
    assert type(failure(client, wire, operation, reply(envelope(data=data)))) is BadAnswer
    assert type(failure(client, wire, operation, reply(envelope()))) is BadAnswer


@pytest.mark.parametrize("count", [None, -1, True, "many", 1.5, {}, [1]])
def test_an_invalid_count_is_a_bad_answer(client: SecureMailClient, wire: Wire, count: object) -> None:
    assert type(failure(client, wire, "count", reply(envelope(data={"count": count})))) is BadAnswer


def test_a_count_may_be_a_string(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data={"count": "20"})))
    assert CALLS["count"](client) == 20


@every_operation
@pytest.mark.parametrize("status", [400, 404])
def test_success_with_an_http_error_is_a_bad_answer(
    client: SecureMailClient, wire: Wire, operation: str, status: int
) -> None:
    assert type(failure(client, wire, operation, reply(envelope(), status))) is BadAnswer


@every_operation
@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_a_compressed_response_is_not_decompressed(
    client: SecureMailClient, wire: Wire, operation: str, encoding: str
) -> None:
    error = failure(
        client, wire, operation, reply(b"\x1f\x8b\x08", headers=[f"Content-Encoding: {encoding}"])
    )
    assert (type(error), error.certainly_not_sent) == (BadAnswer, False)


def test_a_byte_order_mark_is_ignored(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(b"\xef\xbb\xbf" + json.dumps(envelope(data={"count": 3})).encode()))
    assert CALLS["count"](client) == 3


def test_a_code_in_an_unknown_form_is_left_out_of_the_error(client: SecureMailClient, wire: Wire) -> None:
    error = failure(client, wire, "list", reply(envelope("alice@canary.example")))
    assert (type(error), error.code) == (Rejected, None)
    assert "canary" not in str(error)


@every_operation
@pytest.mark.parametrize("values", [[0] * 50_002, [{}] * 50_002, {str(key): 1 for key in range(50_002)}])
def test_too_many_values_are_a_bad_answer(
    client: SecureMailClient, wire: Wire, operation: str, values: object
) -> None:
    error = failure(client, wire, operation, reply(envelope(data=values, secureMail=values)))
    assert type(error) is BadAnswer


@pytest.mark.parametrize("text", [", " * 100_000, '","' * 100_000, "\\," * 100_000])
def test_a_text_may_have_any_number_of_commas(client: SecureMailClient, wire: Wire, text: str) -> None:
    wire.script(reply(envelope(secureMail={"text": text})))
    assert client.get("m1", address="a@b.example").text == text


def test_an_unclosed_string_is_scanned_only_once(client: SecureMailClient, wire: Wire) -> None:
    started = time.process_time()
    error = failure(client, wire, "list", reply(b"," * 50_001 + b'"' + b'\\"' * 1_500_000))
    # Scanning from each quote would take an hour.
    assert type(error) is BadAnswer and time.process_time() - started < 10
