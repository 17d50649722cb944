"""What is posted is bounded before anything reads it, whoever posts it, and wherever to."""

import io
import re
import uuid

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver

from portal.embed.models import Website
from portal.health import READY, Readiness
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.embed.framing import IN_FRAME, ORIGIN, PREFIX
from tests.support.url_patterns import url_patterns

TOO_LARGE = "That was too large"
MULTIPART = "multipart/form-data; boundary=x"
FORMS = [MULTIPART, "application/x-www-form-urlencoded", "application/json", "text/plain", ""]
ADDRESSES = sorted(
    {"/" + re.sub(r"<[^>]+>", str(uuid.UUID(int=1)), route) for route, _view in url_patterns(get_resolver())}
    | {"/nothing-here/"}
)
# They are answered before anything else, and read nothing.
FIRST = ["/healthz", "/readyz", "/embed/v1.js", "/embed/v1.d.ts", "/embed/package.tgz"]


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_args):
        raise AssertionError("The body was read.")

    readline = read


def post(browser, address, content_type=MULTIPART, **environ):
    """Post a body that fails the test where it is read. `environ` says how long it is."""
    extra = {"wsgi.input": Unread(), "CONTENT_TYPE": content_type, **environ}
    return browser.generic("POST", address, **extra)


@pytest.mark.parametrize("person", ["stranger", "alice", "operator"])
def test_a_body_that_is_too_long_is_read_nowhere(person, client, alice, sandbox):
    browser = {"stranger": lambda: client, "alice": lambda: sign_in(alice)}.get(
        person, lambda: sign_in(make_superuser("Olga"))
    )()
    sandbox.forget_calls()
    for number, address in enumerate(ADDRESSES):
        answer = post(browser, address, FORMS[number % len(FORMS)], CONTENT_LENGTH="157286400")
        assert answer.status_code == 413 and TOO_LARGE in answer.content.decode(), address
    assert len(ADDRESSES) > 70 and sandbox.calls() == []


@pytest.mark.parametrize("content_type", FORMS)
@pytest.mark.parametrize("length", [{}, {"CONTENT_LENGTH": "10"}])
def test_a_body_without_a_declared_length_is_refused_unread(client, db, content_type, length):
    answer = post(client, "/accounts/login/", content_type, HTTP_TRANSFER_ENCODING="chunked", **length)
    assert answer.status_code == 411 and "We couldn’t read that request" in answer.content.decode()


@pytest.mark.parametrize("length", ["-1", "x", "1.5", "٣", "+5", "1e9"])
def test_a_length_that_is_no_number_is_refused_unread(client, db, length):
    assert post(client, "/accounts/login/", CONTENT_LENGTH=length).status_code == 400


def test_a_length_of_thousands_of_digits_is_too_long(client, db):
    assert post(client, "/accounts/login/", CONTENT_LENGTH="9" * 5_000).status_code == 413


@pytest.mark.parametrize("address", FIRST)
def test_what_is_answered_first_reads_nothing(client, db, address, monkeypatch):
    monkeypatch.setattr(Readiness, "words", lambda _self: READY)
    assert post(client, address, CONTENT_LENGTH="157286400").status_code in (200, 405)


def test_a_frame_shows_that_it_was_too_large(client, db):
    Website.objects.create(name="The Company", origin=ORIGIN)
    answer = client.post(f"{PREFIX}/inbox/claims/compose/", {"text": "x" * 2_100_000}, headers=IN_FRAME)
    assert answer.status_code == 413 and TOO_LARGE in answer.content.decode()
    assert f"frame-ancestors {ORIGIN}" in answer["Content-Security-Policy"]


def test_no_file_is_written_to_the_disk(client, db, alice, sandbox, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("A temporary file was made.")

    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", refuse)
    for browser in (client, sign_in(alice), sign_in(make_superuser("Olga"))):
        for address in ("/accounts/login/", "/inbox/claims/compose/", "/admin/accounts/invitation/file/"):
            file = SimpleUploadedFile("people.csv", b"x" * 2_000_000)
            assert browser.post(address, {"file": file}).status_code < 500


def test_an_operator_can_upload_a_file_of_the_length_that_is_promised(db, sandbox):
    lines = "email\n" + "".join(f"{number:0>240}@example.com\n" for number in range(100))
    file = SimpleUploadedFile("people.csv", lines.encode())
    answer = sign_in(make_superuser("Olga")).post("/admin/accounts/invitation/file/", {"file": file})
    assert answer.status_code == 200 and answer.context["form"].is_valid()


@pytest.mark.parametrize(
    "fields",
    [
        {"reference": ["x"] * 1_001},
        {f"n{number}": "x" for number in range(1_001)},
        {"one": SimpleUploadedFile("1", b"x"), "two": SimpleUploadedFile("2", b"x")},
    ],
)
def test_the_number_of_fields_and_files_is_bounded(client, alice, sandbox, fields):
    """By whoever reads the form first: the check of its CSRF token, or the view."""
    strict = sign_in(alice)
    strict.handler.enforce_csrf_checks = True
    answer = strict.post("/inbox/claims/selected/", fields)
    assert answer.status_code == 400 and "We couldn’t read that request" in answer.content.decode()
    assert client.post("/inbox/claims/compose/", fields).status_code == 400


@pytest.mark.parametrize("address", ["/inbox/claims/compose/", "/accounts/login/", "/embed/window/"])
def test_a_connection_that_ends_within_the_body_is_no_error_of_the_portals(client, alice, sandbox, address):
    class Broken(io.BytesIO):
        def read(self, *_args):
            raise OSError("Connection reset")

    for browser in (client, sign_in(alice)):
        browser.handler.enforce_csrf_checks = True
        extra = {"wsgi.input": Broken(), "CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": "1000"}
        assert browser.generic("POST", address, **extra).status_code < 500
