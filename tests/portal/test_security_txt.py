from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import SystemCheckError

URL = "/.well-known/security.txt"
CONTACTS = ["mailto:security@example.com", "https://example.com/report"]


@pytest.fixture
def contact(settings) -> None:
    settings.PORTAL_SECURITY_CONTACT = CONTACTS
    settings.PORTAL_URL = "https://mail.example.com"


def test_works_without_signing_in(client, contact):
    with time_machine.travel("2026-11-28T15:30:00Z", tick=False):
        response = client.get(URL)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "Contact: mailto:security@example.com\n"
        "Contact: https://example.com/report\n"
        "Expires: 2027-02-26T00:00:00Z\n"
        "Preferred-Languages: en\n"
        "Canonical: https://mail.example.com/.well-known/security.txt\n"
    )


def test_it_has_the_headers_of_every_page_and_no_cookie(client, contact):
    response = client.get(URL)
    assert "no-store" in response["Cache-Control"] and response["X-Content-Type-Options"] == "nosniff"
    assert (
        response["X-Frame-Options"] == "DENY" and "default-src 'none'" in response["Content-Security-Policy"]
    )
    assert not response.cookies


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00Z", "2028-02-29T23:59:59Z"])
def test_it_is_valid_for_months_and_for_less_than_a_year(client, contact, moment):
    with time_machine.travel(moment, tick=False):
        expires = client.get(URL).content.decode().split("Expires: ")[1].split("\n")[0]
        left = datetime.fromisoformat(expires) - datetime.now(UTC)
    assert 80 < left.days < 365


def test_without_a_contact_there_is_no_such_page(client, db):
    assert client.get(URL).status_code == 404


def test_it_can_only_be_read(client, contact, db):
    assert client.post(URL).status_code == 405
    assert client.head(URL).status_code == 200


@pytest.mark.parametrize("contact", ["security@example.com", "http://example.com", "mailto:", "https://"])
def test_a_contact_that_is_no_uri_stops_the_start(settings, contact):
    settings.PORTAL_SECURITY_CONTACT = [*CONTACTS, contact]
    with pytest.raises(SystemCheckError, match="PORTAL_SECURITY_CONTACT is no contact"):
        call_command("check")
