"""The admin's pages that check and examine fit a phone: nothing scrolls sideways."""

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.accounts.operators import make_superuser
from tests.conftest import sign_in

pytestmark = pytest.mark.proof

ALICE = "alice@example.com"
# What is typed on each page.
PAGES = {
    "/admin/operations/doctor/": {},
    "/admin/inbox/securebox/check/": {"Email address": ALICE},
    "/admin/embed/website/check/": {"Address of the page": f"http://127.0.0.1:9/{'a' * 80}"},
}


@pytest.fixture
def page(open_page, portal, sandbox) -> Page:
    sandbox.add(ALICE)
    page = open_page()
    cookie = sign_in(make_superuser("Olga")).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )
    return page


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("address", PAGES)
def test_a_report_fits_a_phone(page, address, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    for label, text in PAGES[address].items():
        page.get_by_label(label).fill(text)
    page.locator(".submit-row input").click()
    page.locator(".results").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
