"""PORTAL_CONTACT and the links at the foot of the pages."""

import pytest

from portal.accounts.emails.content import compose
from portal.brand.contact import Contact, parse

TEXT = "phone=+44 (0)20 7946 0000; hours=Monday to Friday, 8am to 6pm; link=https://example.com/contact?a=b"
PAGES = ("/accounts/login/", "/nothing-here/")


@pytest.fixture
def contact(settings) -> None:
    settings.PORTAL_CONTACT = TEXT
    settings.PORTAL_PRIVACY_URL = "https://example.com/privacy"


def test_each_part_is_read():
    found = parse(f"{TEXT}; address=1 High Street, London")
    assert found == Contact(
        phone="+44 (0)20 7946 0000",
        hours="Monday to Friday, 8am to 6pm",
        address="1 High Street, London",
        link="https://example.com/contact?a=b",
    )
    assert found.tel == "+442079460000"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("020 7946 0000", "not written as name=value"),
        ("fax=020 7946 0000", "no part fax"),
        ("phone=call us", "no number"),
        ("hours=always", "need a phone"),
        ("link=http://example.com", "does not begin with https://"),
    ],
)
def test_what_is_wrong_is_said(text, problem):
    with pytest.raises(ValueError, match=problem):
        parse(text)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_says_how_to_reach_the_company(alice_client, client, contact, page):
    html = (client if "login" in page else alice_client).get(page).content.decode()
    assert 'href="tel:+442079460000"' in html and "Monday to Friday, 8am to 6pm" in html
    assert '<a href="https://example.com/contact?a=b">Contact us' in html
    assert 'href="https://example.com/privacy"' in html and ">Help" not in html


@pytest.mark.parametrize("page", PAGES)
def test_where_nothing_is_set_nothing_is_shown(alice_client, client, page):
    html = (client if "login" in page else alice_client).get(page).content.decode()
    assert 'class="contact"' not in html and "footer-links" not in html


def test_a_mail_says_it_too(contact):
    mail = compose("accounts/email/account_closed", "alice@example.com", {})
    html = str(mail.alternatives[0][0])
    assert "Phone: +44 (0)20 7946 0000 (Monday to Friday, 8am to 6pm)" in mail.body
    assert "https://example.com/contact?a=b" in mail.body and "https://example.com/contact?a=b" in html
    assert "+44 (0)20 7946 0000" in html
