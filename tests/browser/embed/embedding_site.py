"""A company's website before the real portal: its pages, its own sign-in, and the tokens that hand customers over."""

from http.server import BaseHTTPRequestHandler

from playwright.sync_api import Frame, FrameLocator, Page

from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.browser.conftest import PASSWORD
from tests.browser.embed.fake_portal import LOG, Company

# What the website's own script does: whoever is signed in there is handed over.
IDENTIFY = """
(window.SecureInbox ||= []).push(["identify", async () => (await (await fetch("/token")).json()).token]);
"""

# All numbers that the website was told of, one after the other.
TOTALS = "log.filter(([name]) => name === 'unread').map(([, { total }]) => total)"


class SiteWithPortal(Company):
    """Known to the portal by its origin. With `near`, the two are one site to a browser, and share cookies."""

    def __init__(self, portal: str, *, near: bool = False) -> None:
        super().__init__(portal)
        if near:
            self.url = f"http://localhost:{self.port}"
        self.headers["Content-Security-Policy"] += "; connect-src 'self'"
        self.customer: Consumer | None = None  # Who is signed in there.
        self.tokens = 0

    def enlist(self, **fields: object) -> Website:
        return Website.objects.create(name="The Company", origin=self.url, **fields)

    def enlist_with_hand_off(self, **fields: object) -> Website:
        return self.enlist(company=make_company("first"), **fields)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/token":
            self.answers["/token"] = ("application/json", self._token())
        super().answer(handler)

    def _token(self) -> str:
        if self.customer is None:
            return '{"token": null}'
        self.tokens += 1
        person = {"sub": f"id-{self.customer.pk}", "email": self.customer.email}
        return f'{{"token": "{token(aud=self.portal, origin=self.url, **person)}"}}'

    def show(self, page: Page, body: str, before: str = "", path: str = "/") -> FrameLocator:
        """Open a page with this body. Gives the first frame of the portal in it."""
        page.goto(self.write(body, LOG + before, path))
        return frame_of(page)


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("secure-inbox iframe, secure-inbox-launcher iframe").first


def document_of(page: Page) -> Frame:
    """The visible frame's own document, to look into as no website can."""
    element = page.locator("secure-inbox iframe, secure-inbox-launcher iframe").first.element_handle()
    found = element.content_frame()
    assert found is not None
    return found


def sign_in_within(frame: FrameLocator, email: str = "alice@example.com") -> None:
    frame.get_by_label("E-mail address").fill(email)
    frame.get_by_label("Password", exact=True).fill(PASSWORD)
    frame.get_by_role("button", name="Sign in", exact=True).click()


def wait_until(page: Page, condition: str) -> None:
    """For Playwright's own way evaluates text, which the website's policy forbids."""
    for _ in range(800):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"Never so: {condition}")


def happened(name: str) -> str:
    """The last event of this name, with its detail, or nothing."""
    return f"log.findLast(([name]) => name === '{name}')"
