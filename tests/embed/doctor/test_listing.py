"""Whether a website may show the portal, and which listed one an operator probably meant."""

import pytest

from portal.embed.doctor import State, listing
from portal.embed.models import Website
from tests.embed.framing import HOST

LIST_IT = "add it in the admin"
STRANGER = "Unless you are certain"


def check(origin):
    return list(listing.check(origin, Website.objects.for_origin(origin)))


def test_a_website_of_the_admin_is_listed(website, claims, billing):
    first, boxes = check(HOST)
    assert (first.state, first.message) == (State.OK, f"{HOST} is listed in the admin.")
    assert "Claims, Billing" in boxes.message


def test_so_is_one_of_the_settings(settings, claims):
    settings.PORTAL_EMBED_ORIGINS = [HOST]
    assert check(HOST)[0].message == f"{HOST} is listed in PORTAL_EMBED_ORIGINS."


def test_chosen_boxes_are_named_and_no_others(website, claims, billing):
    type(website).objects.update(shows_all=False)
    website.secureboxes.add(billing)
    assert "Billing" in check(HOST)[1].message and "Claims" not in check(HOST)[1].message


def test_without_a_box_there_is_nothing_to_show_yet(website):
    assert check(HOST)[1].state == State.UNKNOWN


@pytest.mark.parametrize(
    ("origin", "told", "fix"),
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
def test_a_near_miss_is_named_with_what_to_write(website, origin, told, fix):
    (finding,) = check(origin)
    assert finding.state == State.CHANGE and HOST in finding.message and told in finding.message
    assert fix in finding.fix and finding.snippet == origin


def test_a_near_miss_of_the_settings_is_named_too(db, settings):
    settings.PORTAL_EMBED_ORIGINS = [HOST]
    assert f"Listed is {HOST}" in check("https://company.example")[0].message


def test_what_is_near_to_none_is_just_not_listed(website):
    (finding,) = check("https://other.test")
    assert HOST not in finding.message and finding.snippet == "https://other.test"


def test_the_nearest_of_several_is_named(website):
    Website.objects.create(name="Other", origin="https://a.company.example")
    assert HOST in check("https://company.example")[0].message
