"""An origin is a scheme, a host and a port, all of which have to match."""

import pytest
from django.core.exceptions import ValidationError

from portal.embed.models import Website
from portal.embed.origins import clean_origin, is_origin, is_same_site


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.company.example", "https://www.company.example"),
        ("https://www.company.example/", "https://www.company.example"),
        (" HTTPS://WWW.Company.Example ", "https://www.company.example"),
        ("https://www.company.example:443", "https://www.company.example"),
        ("https://www.company.example:8443", "https://www.company.example:8443"),
        ("http://localhost:8002", "http://localhost:8002"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_normalised_as_browsers_write_it(text, origin):
    assert clean_origin(text) == origin and is_origin(origin)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "*",
        "www.company.example",
        "//www.company.example",
        "http://www.company.example",
        "ftp://www.company.example",
        "https://",
        "https://*.company.example",
        "https://www.company.example/path",
        "https://www.company.example?x",
        "https://www.company.example?",
        "https://www.company.example#",
        "https://user@www.company.example",
        "https://www.company.example:",
        "https://www.company.example:0x50",
        "https://www.company.example:99999",
        "https://www.company.example.",
        "https://bücher.example",
        "https://www.company.example https://evil.example",
        "https://www.company.example;script-src *",
        "https://www.company.example'",
        "https://[::1",
        "https://[fe80::1]",
        "https://-.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_text_that_is_not_an_origin_is_rejected_with_an_example(text):
    with pytest.raises(ValidationError) as error:
        clean_origin(text)
    assert "https://" in str(error.value) and not is_origin(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://portal.company.example", "https://www.company.example", True),
        ("https://portal.company.example:8443", "https://company.example", True),
        ("https://portal.company.co.uk", "https://www.company.co.uk", True),
        ("https://company.co.uk", "https://other.co.uk", False),
        ("https://one.github.io", "https://other.github.io", False),
        ("https://company.example", "https://company.example.evil.example", False),
        ("http://localhost:8000", "http://localhost:8002", True),
        ("http://localhost:8000", "http://127.0.0.1:8002", False),
        ("http://10.0.0.1", "http://11.0.0.1", False),
        ("http://localhost:8000", "https://localhost:8002", False),
    ],
)
def test_same_site_follows_the_registrable_domain_and_the_scheme(one, other, same):
    assert is_same_site(one, other) is is_same_site(other, one) is same


def test_a_website_is_saved_with_its_normalised_origin_and_unique(db):
    Website.objects.create(name="Company", origin="HTTPS://www.company.example/")
    again = Website(name="Again", origin="https://WWW.company.example")
    with pytest.raises(ValidationError, match="already exists"):
        again.full_clean()
