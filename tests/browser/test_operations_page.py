"""The page on how the portal is doing fits a phone, in both colour schemes, and tells a screen reader what it draws."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from portal.models import Tally
from tests.accounts.operators import make_superuser
from tests.browser.accessibility import axe_violations
from tests.conftest import sign_in

pytestmark = pytest.mark.proof


@pytest.fixture
def troubled(claims, billing):
    """Every other quarter of an hour failed, and the API refuses the portal now."""
    now = timezone.now()
    for number in range(96):
        at = now - number * timedelta(minutes=15)
        outcome = "refused" if number % 2 == 0 else "ok"
        names = {"what": "reading", "box": "Claims01", "outcome": outcome, "within_ms": 50}
        Tally.objects.create(quarter=at, last_at=at, number=1000 + number, **names)


def test_the_page_fits_a_phone_and_is_accessible(open_page, portal, troubled):
    page = open_page()
    cookie = sign_in(make_superuser("Olga")).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto("/admin/operations/")
        page.get_by_text("At most", exact=False).first.click()
        page.get_by_text("the API refuses the portal", exact=False).first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    assert page.get_by_role("img", name="Calls of the API").count() == 2
    # Django's own header and menu are not ours.
    ours = page.locator("#content").evaluate("node => node.outerHTML")
    assert [found for found in axe_violations(page) if any(html[:60] in ours for html in found[1])] == []
