"""Calls that fail: what is wrong, in words, and what the API itself says about it."""

import socket

import pytest

from inbox.diagnosis import State
from tests.support.certificates import self_signed
from tests.support.wire import Wire, envelope, hang, hang_up, raw, reply


def test_a_wrong_base_path_is_named(api, found):
    api.acts = dict.fromkeys(("count", "list"), reply(envelope("INVALID_ENDPOINT"), 404))
    assert f"there is no Secure Email API at {api.wire.url}" in found("API")
    assert "Check the base path, /nexus/v3," in found("API")


@pytest.mark.parametrize("body", [b"", b"<title>canary</title>", b"{}"])
def test_a_404_that_is_not_the_apis_is_a_missing_api(api, report, found, body):
    api.acts = dict.fromkeys(("count", "list"), reply(body, 404))
    assert "there is no Secure Email API at" in found("API")
    assert not any("not known" in result for *_, result in report().steps.rows)


def test_a_page_in_place_of_the_api_is_named_once(api, report):
    api.acts = dict.fromkeys(("count", "list"), reply(b"<title>canary</title>"))
    (finding,) = [each for each in report().findings if each.topic == "API"]
    assert finding.message.startswith(
        "count all, count unread, count read, count random, list: what answers is not"
    )
    assert "canary" not in repr(report())


def test_an_answer_of_another_shape_is_described(api, found):
    api.acts["list"] = reply(envelope(data={"canary": 1}))
    assert "it held referenceId (string), operationId (string), status (object)" in found("API")


@pytest.mark.parametrize(
    ("operation", "body", "line"),
    [
        ("list", {"result": {"mails": [{"id": "m4"}]}}, '{"list_keys": ["result.mails"]}'),
        ("get", {"mail": {"id": "m4"}}, '{"message_keys": ["mail"]}'),
    ],
)
def test_where_messages_may_be_is_suggested(api, found, operation, body, line):
    api.acts[operation] = reply(envelope(**body))
    assert f"SECUREMAIL_DIALECT={line}" in found("Suggestion", State.WARNING)


def test_what_the_api_says_is_shown_on_one_line_and_without_control_characters(api, found):
    status = {"code": "FAILURE", "message": "No\x1b[2J such\nbox\u202e", "detail": "x" * 500}
    api.acts["list"] = reply({"status": status}, 400)
    text = found("API")
    assert "It says: No [2J such box – xxx" in text and "x…" in text and len(text) < 600
    assert "\x1b" not in text and "\u202e" not in text


def test_what_the_api_says_is_not_logged(api, report, caplog):
    status = {"code": "FAILURE", "message": "canary-words", "detail": ""}
    api.acts["list"] = reply({"status": status}, 400)
    with caplog.at_level("DEBUG"):
        assert "canary-words" in str([each.message for each in report().findings])
    assert "canary-words" not in caplog.text


def test_a_refused_key_stops_at_once(api, found, wire):
    api.acts["count"] = reply({"message": "Forbidden"}, 403)
    assert "the API refuses the key (HTTP 403)" in found("API")
    assert len(wire.requests) == 1


def test_a_refused_call_names_address_and_box(api, found):
    api.acts["list"] = reply(envelope("INVALID_PARAMETER"), 400)
    assert "Check the address and the securebox's name." in found("API")


def test_a_listed_message_that_cannot_be_fetched_is_a_failure(api, found):
    api.acts["get"] = reply(envelope("FAILURE"), 400)
    assert "get received, get sent: a message that the API listed cannot be fetched" in found("API")


@pytest.mark.parametrize(
    ("status", "words"),
    [(503, "the API has trouble of its own (HTTP 503)"), (429, "too many calls (HTTP 429)")],
)
def test_trouble_of_the_api_does_not_keep_the_others_from_being_asked(api, found, wire, status, words):
    api.acts["count"] = reply(b"", status)
    assert words in found("API")
    assert "/nexus/v3/securemail/m4" in [request.path for request in wire.requests]


def test_silence_is_compared_with_the_timeouts(api, found, impatient):
    api.acts["count"] = hang
    assert "gave no complete answer within 3 s of silence (SECUREMAIL_READ_TIMEOUT), 0.5 s in all" in found(
        "API"
    )


def test_a_connection_that_breaks_is_named(api, found):
    api.acts["count"] = hang_up
    assert f"the connection to 127.0.0.1:{api.wire.port} failed (" in found("API")


def test_what_is_not_http_is_named(api, found):
    api.acts["count"] = raw(b"SSH-2.0-x\r\n")
    assert "what answers is not this API" in found("API")


def test_a_closed_port_is_named(settings, api, found):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.SECUREMAIL_API_URL = f"http://127.0.0.1:{port}/nexus/v3"
    assert f"nothing listens at 127.0.0.1:{port}." in found("API")


def test_an_unknown_name_is_named(settings, api, found):
    settings.SECUREMAIL_API_URL = "https://api.canary.invalid/nexus/v3"

    def unknown(*_args, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", unknown)
        assert "the name of api.canary.invalid:443 is not known here." in found("API")


def test_a_certificate_that_is_not_trusted_is_named(settings, api, found, tmp_path):
    certificate = self_signed(tmp_path, "127.0.0.1")
    with Wire(certificate.context()) as wire:
        wire.script(api)
        settings.SECUREMAIL_API_URL = wire.url
        assert f"the certificate that 127.0.0.1:{wire.port} shows is not trusted here" in found("API")
        settings.SECUREMAIL_CA_FILE = certificate.chain
        assert found("API") == ""


def test_an_answer_that_is_too_long_names_the_limit(api, found, settings):
    settings.SECUREMAIL_MAX_BYTES = 2000
    api.change(text="canary" * 500)
    assert "list, list unread: the answer is longer than SECUREMAIL_MAX_BYTES." in found("API")
