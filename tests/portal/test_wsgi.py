"""The entry point of web servers: requests that Django cannot even begin to read."""

import pytest

from tests.support.wsgi import ask, one_connection

MALFORMED = [
    "text/plain; charset*=no-such-charset''x",
    "text/plain; charset*=utf-8''%00",
    "text/plain; charset=hex",
    "text/plain; charset=undefined",
    "application/x-www-form-urlencoded; charset*=no-such-charset''x",
    "multipart/form-data; boundary=x; charset*=no-such-charset''x",
    "; ; =",
]


@pytest.fixture
def respond(db):
    """The status of the answer to a request with this Content-Type."""
    with one_connection():
        yield (
            lambda method, query, content_type: (
                ask(method, "/accounts/login/", query, b"a=1", {"Content-Type": content_type}).status
            )
        )


@pytest.mark.parametrize("content_type", MALFORMED)
def test_a_page_is_shown_whatever_the_content_type_says(respond, content_type):
    assert respond("GET", "next=%ff", content_type) == 200


@pytest.mark.parametrize("content_type", MALFORMED)
def test_a_form_without_a_readable_content_type_is_refused(respond, content_type):
    assert respond("POST", "next=%ff", content_type) in (400, 403)


def test_a_query_with_too_many_fields_is_refused_even_if_the_content_type_has_a_charset(respond):
    assert respond("GET", "a&" * 1200, "text/plain; charset=utf-8") == 400
