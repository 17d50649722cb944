"""The company's app, as docs/native-apps.md has it: a web view on a phone, without any frame."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from tests.accounts.federation.handoff.company import token

PHONE = {
    "user_agent": (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36"
    ),
    "viewport": {"width": 412, "height": 915},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}
ELSEWHERE = "https://help.example/"
LETTER = f'<p>It is settled. <a href="{ELSEWHERE}">What to do now</a></p>'


def post(page: Page, address: str, **fields: str) -> None:
    """As `WebView.postUrl` and `WKWebView.load` do: a form that no page has sent."""

    def as_post(route: Route) -> None:
        headers = {**route.request.headers, "content-type": "application/x-www-form-urlencoded"}
        route.continue_(method="POST", headers=headers, post_data=urlencode(fields))

    page.route(address, as_post, times=1)
    page.goto(address)


def test_an_app_shows_the_messages_of_its_customer(cross_site, open_page, sandbox, portal, alice):
    cross_site.list_with_hand_off()
    sandbox.add(alice.email, "Your claim", securebox="Claims01", text="", html=LETTER)
    page, entrance = open_page(**PHONE), f"{portal}/embed/app/{cross_site.url.replace('://', ':')}/"
    page.context.route(ELSEWHERE, lambda route: route.fulfill(body="Help"))

    def hand_off(to: str) -> None:
        who = {"sub": f"id-{alice.pk}", "email": alice.email}
        post(page, entrance, token=token(aud=portal, origin=cross_site.url, **who), next=to)

    def unread() -> int | None:
        """As the app itself asks, with the web view's cookies; None without a session."""
        answer = page.context.request.get(f"{portal}/unread.json", fail_on_status_code=False)
        return json.loads(answer.body())["total"] if answer.status == 200 else None

    assert unread() is None
    hand_off("/inbox/claims/")
    assert page.url == f"{portal}/inbox/claims/", "No question, no token and no frame's address."
    assert unread() == 1

    page.get_by_role("link", name="Your claim").tap()
    letter = page.frame_locator("iframe.message-frame")
    expect(letter.get_by_text("It is settled.")).to_be_visible()
    assert unread() == 0
    with page.context.expect_page() as opened:  # What an app gives to the system's browser.
        letter.get_by_role("link", name="What to do now").tap()
    opened.value.wait_for_url(ELSEWHERE)
    opened.value.close()
    page.locator(".save-menu > summary").first.tap()
    with page.expect_download() as saved:
        page.get_by_role("link", name="As an email file").tap()
    assert saved.value.suggested_filename.endswith(".eml")

    page.go_back()
    expect(page.get_by_role("heading", name="Claims")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    Session.objects.all().delete()
    assert unread() is None
    page.goto("/inbox/claims/compose/")
    sign_in_page = urlsplit(page.url)
    assert sign_in_page.path == "/accounts/login/", "The sign that a web view waits for."
    hand_off(parse_qs(sign_in_page.query)["next"][0])
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()

    post(page, entrance, token="")
    assert urlsplit(page.url).path == "/accounts/login/" and unread() is None
