"""The check whether the website is listed, and which listed one was probably meant."""

import pytest

from portal.embed.doctor import State, listing
from portal.embed.models import Website
from tests.embed.framing import ORIGIN

LIST_IT = "add it in the admin"
STRANGER = "Unless you are certain"


def check(origin):
    return list(listing.check(origin, Website.objects.for_origin(origin)))


def test_a_website_in_the_admin_is_listed(website, claims, billing):
    first, boxes = check(ORIGIN)
    assert (first.state, first.message) == (State.OK, f"{ORIGIN} is listed in the admin.")
    assert "Claims, Billing" in boxes.message


def test_an_origin_in_the_settings_is_listed(settings, claims):
    settings.PORTAL_EMBED_ORIGINS = [ORIGIN]
    assert check(ORIGIN)[0].message == f"{ORIGIN} is listed in PORTAL_EMBED_ORIGINS."


def test_only_the_chosen_secureboxes_are_named(website, claims, billing):
    type(website).objects.update(shows_all=False)
    website.secureboxes.add(billing)
    assert "Billing" in check(ORIGIN)[1].message and "Claims" not in check(ORIGIN)[1].message


def test_without_any_securebox_the_finding_is_unknown(website):
    assert check(ORIGIN)[1].state == State.UNKNOWN


@pytest.mark.parametrize(
    ("origin", "expected", "fix"),
    [
        ("http://www.company.example", "another scheme", LIST_IT),
        ("https://www.company.example:8443", "another port", LIST_IT),
        ("https://company.example", "with or without www.", LIST_IT),
        ("https://my.company.example", "another host of the same domain", LIST_IT),
        ("https://a.www.company.example", "another host of the same domain", LIST_IT),
        ("https://www.company.example.evil.example", "is another website", STRANGER),
        ("https://company.example.evil.example", "is another website", STRANGER),
        ("https://www-company.example", "is another website", STRANGER),
        ("https://cornpany.example", "is another website", STRANGER),
        ("https://www.compamy.example", "is another website", STRANGER),
        ("https://company.exampel", "is another website", STRANGER),
    ],
)
def test_a_near_miss_is_reported_with_the_origin_to_enter(website, origin, expected, fix):
    (finding,) = check(origin)
    assert finding.state == State.FAILURE and ORIGIN in finding.message and expected in finding.message
    assert fix in finding.fix and finding.snippet == origin


def test_a_near_miss_of_an_origin_in_the_settings_is_reported(db, settings):
    settings.PORTAL_EMBED_ORIGINS = [ORIGIN]
    assert f"Listed is {ORIGIN}" in check("https://company.example")[0].message


def test_an_origin_unlike_any_listed_one_is_reported_as_not_listed(website):
    (finding,) = check("https://other.test")
    assert ORIGIN not in finding.message and finding.snippet == "https://other.test"


def test_the_first_listed_near_miss_is_named(website):
    Website.objects.create(name="Other", origin="https://a.company.example")
    assert ORIGIN in check("https://company.example")[0].message
