"""Dates are in the time zone of the device, which the browser tells by itself, until another is chosen."""

from playwright.sync_api import expect

from portal.accounts.models import Consumer
from tests.browser.conftest import sign_in


def test_pages_follow_the_device_until_a_zone_is_chosen(open_page, alice, sandbox):
    sandbox.add("alice@example.com", "Late", securebox="Claims01", date="2025-11-23T23:30:00Z")
    page = open_page(timezone_id="Asia/Tokyo", locale="de-DE")
    with page.expect_response("**/time-zone.json") as told:
        sign_in(page)
    assert told.value.status == 204
    page.goto("/inbox/claims/")
    expect(page.get_by_role("link", name="Late").get_by_role("time")).to_have_text("24 Nov 2025")
    page.goto("/accounts/")
    page.get_by_role("link", name="Preferences").click()
    page.get_by_label("Time zone").select_option(label="New York")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your preferences are saved.").wait_for()
    page.goto("/inbox/claims/")
    expect(page.get_by_role("link", name="Late").get_by_role("time")).to_have_text("23 Nov 2025")
    stored = Consumer.objects.values_list("time_zone", "device_time_zone").get(pk=alice.pk)
    assert stored == ("America/New_York", "Asia/Tokyo")
