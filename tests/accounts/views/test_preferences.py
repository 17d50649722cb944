"""How a consumer likes to use the portal: their time zone, plain text, shortcuts."""

from datetime import UTC, datetime

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from portal import time_zones
from portal.accounts.middleware import use_own_time_zone
from portal.accounts.models import Activity, Consumer
from tests.conftest import sign_in

PAGE, TELL = "/accounts/preferences/", "/accounts/time-zone.json"
LINE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.fixture
def browser(charlie):
    return sign_in(charlie)


def save(browser, **typed):
    form = {"time_zone": "device", "uses_shortcuts": "on", **typed}
    return browser.post(PAGE, {name: value for name, value in form.items() if value}, follow=True)


def stored():
    return Consumer.objects.values_list("time_zone", "prefers_plain_text", "uses_shortcuts").get()


def date_in_the_log(browser):
    """How the page of the activity log shows a line of the 23rd, 23:30 in UTC."""
    Activity.objects.create(at=LINE, event="name_changed", consumer=Consumer.objects.get())
    page = browser.get("/accounts/activity/?kind=account").content.decode()
    return page.split('<time datetime="2026-11-23T23:30:00Z">')[1].split("</time>")[0]


def test_what_is_chosen_is_saved_and_shown(browser):
    assert stored() == ("", False, True)
    page = save(browser, time_zone="Asia/Tokyo", prefers_plain_text="on", uses_shortcuts="").content.decode()
    assert "Your preferences are saved." in page
    assert '<option value="Asia/Tokyo" selected>Tokyo</option>' in page
    assert stored() == ("Asia/Tokyo", True, False)
    save(browser)
    assert stored() == ("", False, True)


def test_an_unknown_zone_is_refused_in_words_and_nothing_typed_is_lost(browser):
    page = save(browser, time_zone="Mars/Olympus", prefers_plain_text="on").content.decode()
    assert "Choose a time zone from the list." in page
    assert 'name="prefers_plain_text" id="id_prefers_plain_text" checked' in " ".join(page.split()).replace(
        ' aria-describedby="id_prefers_plain_text_helptext"', ""
    )
    assert stored() == ("", False, True)


def test_dates_are_in_the_zone_of_the_device_until_another_is_chosen(browser, settings):
    settings.TIME_ZONE = "Europe/London"
    assert date_in_the_log(browser) == "23 Nov 2026, 23:30"
    assert browser.post(TELL, {"zone": "Europe/Berlin"}).status_code == 204
    assert date_in_the_log(browser) == "24 Nov 2026, 00:30"
    assert "Same as my device (Europe/Berlin)" in save(browser, time_zone="America/New_York").content.decode()
    assert date_in_the_log(browser) == "23 Nov 2026, 18:30"
    browser.post(TELL, {"zone": "Asia/Tokyo"})
    assert date_in_the_log(browser) == "23 Nov 2026, 18:30"
    save(browser)
    assert date_in_the_log(browser) == "24 Nov 2026, 08:30"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Factory", "x" * 10_000])
def test_a_zone_that_is_none_is_not_taken_from_a_browser(browser, zone):
    assert browser.post(TELL, {"zone": zone}).status_code == 400
    assert Consumer.objects.get().device_time_zone == ""


def test_a_zone_is_told_with_the_token_of_a_page(charlie):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(charlie)
    assert browser.post(TELL, {"zone": "Europe/Berlin"}).status_code == 403
    assert Consumer.objects.get().device_time_zone == ""


def test_zones_that_have_left_the_database_fall_back_and_are_named(browser):
    Consumer.objects.update(time_zone="Europe/Atlantis", device_time_zone="Asia/Tokyo")
    assert date_in_the_log(browser) == "24 Nov 2026, 08:30"
    assert "We no longer know the time zone you chose, Europe/Atlantis." in browser.get(PAGE).content.decode()
    Consumer.objects.update(device_time_zone="Europe/Atlantis")
    assert date_in_the_log(browser) == "23 Nov 2026, 23:30"


def test_the_page_says_which_zone_need_not_be_told(browser, settings):
    settings.TIME_ZONE = "Europe/London"
    assert 'data-time-zone="Europe/London"' in browser.get(PAGE).content.decode()
    browser.post(TELL, {"zone": "Asia/Kolkata"})
    page = browser.get(PAGE).content.decode()
    assert 'data-time-zone="Asia/Kolkata"' in page and f'data-time-zone-url="{TELL}"' in page


def test_no_zone_is_left_behind_for_the_next_request_of_the_thread(browser):
    Consumer.objects.update(time_zone="Asia/Tokyo")
    browser.get("/accounts/")
    assert timezone.get_current_timezone_name() == "UTC"
    assert browser.get("/accounts/nothing/").status_code == 404
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_zone_costs_no_query(browser, django_assert_num_queries):
    Consumer.objects.update(time_zone="Asia/Tokyo")
    with django_assert_num_queries(1):  # The session with its user.
        browser.get("/accounts/session.json")


def test_every_zone_that_is_offered_is_known_and_fits():
    offered = [name for _region, zones in time_zones.by_region() for name, _place in zones]
    assert set(offered) == time_zones.names() and len(offered) > 300
    assert max(map(len, offered)) <= time_zones.MAX_NAME
    assert {"UTC", "Europe/Berlin", "Asia/Calcutta"} <= set(offered)


def test_what_is_sent_bit_by_bit_is_in_the_zone_too(charlie, rf):
    Consumer.objects.update(time_zone="Asia/Tokyo")
    request = rf.get("/")
    request.user = Consumer.objects.get()
    names = (timezone.get_current_timezone_name() for _part in range(2))
    answer = use_own_time_zone(lambda _request: StreamingHttpResponse(names))(request)
    assert timezone.get_current_timezone_name() == "UTC"
    assert answer.getvalue() == b"Asia/TokyoAsia/Tokyo"
    assert timezone.get_current_timezone_name() == "UTC"
