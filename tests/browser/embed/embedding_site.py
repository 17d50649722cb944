"""A company's website that embeds the real portal: its pages, its own sign-in, and its hand-off tokens."""

from http.server import BaseHTTPRequestHandler

from playwright.sync_api import Frame, FrameLocator, Page

from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.browser.conftest import PASSWORD
from tests.browser.embed.fake_portal import LOG, CompanySite

# The website's own script: hands over the customer who is signed in on the website.
IDENTIFY = """
(window.SecureInbox ||= []).push(["identify", async () => (await (await fetch("/token")).json()).token]);
"""

ANOTHER_SITE, SAME_SITE = "another site", "the same site"

LOADED = """async () => {
  if (document.readyState !== "complete") await new Promise(resolve => addEventListener("load", resolve));
}"""

# The totals of all `unread` events, in order.
TOTALS = "log.filter(([name]) => name === 'unread').map(([, { total }]) => total)"


class EmbeddingSite(CompanySite):
    """With `same_site`, browsers count the website and the portal as one site, and so the frame shares its cookies."""

    def __init__(self, portal: str, *, same_site: bool = False) -> None:
        super().__init__(portal)
        if same_site:
            self.url = f"http://localhost:{self.port}"
        self.headers["Content-Security-Policy"] += "; connect-src 'self'"
        self.customer: Consumer | None = None  # The customer who is signed in on the website.
        self.tokens_issued = 0

    def list_in_portal(self, **fields: object) -> Website:
        return Website.objects.create(name="The Company", origin=self.url, **fields)

    def list_with_hand_off(self, **fields: object) -> Website:
        return self.list_in_portal(company=make_company("first"), **fields)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/token":
            self.answers["/token"] = ("application/json", self._token())
        super().answer(handler)

    def _token(self) -> str:
        if self.customer is None:
            return '{"token": null}'
        self.tokens_issued += 1
        person = {"sub": f"id-{self.customer.pk}", "email": self.customer.email}
        return f'{{"token": "{token(aud=self.portal, origin=self.url, **person)}"}}'

    def show(self, page: Page, body: str, before: str = "", path: str = "/") -> FrameLocator:
        """Open a page with this body. Returns the portal's first frame in it."""
        page.goto(self.write(body, LOG + before, path))
        return frame_of(page)


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("secure-inbox iframe, secure-inbox-launcher iframe").first


def frame_document(page: Page) -> Frame:
    """The visible frame's own document, which a website itself cannot read."""
    element = page.locator("secure-inbox iframe, secure-inbox-launcher iframe").first.element_handle()
    found = element.content_frame()
    assert found is not None
    return found


def sign_in_within(frame: FrameLocator, email: str = "alice@example.com") -> None:
    frame.get_by_label("Email address").fill(email)
    frame.get_by_label("Password", exact=True).fill(PASSWORD)
    frame.get_by_role("button", name="Sign in", exact=True).click()


def wait_until_loaded(frame: FrameLocator) -> None:
    """Until the scripts of the frame's document listen: its elements are there, and can be used, a little earlier."""
    frame.locator("body").evaluate(LOADED)


def wait_until(page: Page, condition: str) -> None:
    """Playwright's `wait_for_function` evaluates text in the page, which the website's policy forbids."""
    for _ in range(6000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"Still not true: {condition}")


def last_event(name: str) -> str:
    """An expression for the last event of this name, with its detail, or undefined."""
    return f"log.findLast(([name]) => name === '{name}')"
