"""From the sign-in page to a message that was sent, without a mouse: few steps, and the focus is always to be seen."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, sign_in
from tests.browser.layout import focus_problem

ALICE = "alice@example.com"
MOST_TABS = 25
HAS_FOCUS = "node => node === document.activeElement"


class Keyboard:
    """Counts the presses of Tab, and looks at the focus after each."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tabs = 0

    def tab_to(self, target: Locator) -> None:
        target.wait_for()
        while not target.evaluate(HAS_FOCUS):
            assert self.tabs < MOST_TABS, f"{MOST_TABS} Tabs did not lead to {target}"
            self.page.keyboard.press("Tab")
            self.tabs += 1
            assert focus_problem(self.page) is None

    def press(self, target: Locator) -> None:
        self.tab_to(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.tab_to(target)
        self.page.keyboard.type(text)


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.proof)])
def test_a_message_is_answered_without_a_mouse_in_few_steps(alice, sandbox, open_page, width):
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="Please tell us the date.")
    page = open_page(viewport={"width": width, "height": 844})
    page.goto("/accounts/login/")
    keyboard = Keyboard(page)
    keyboard.write(page.get_by_label("Email address"), ALICE)
    keyboard.write(page.get_by_label("Password", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    keyboard.press(page.get_by_role("link", name="Skip to the content"))
    keyboard.press(page.get_by_role("link", name="Your claim"))
    page.get_by_role("heading", name="Your claim").wait_for()
    keyboard.press(page.get_by_role("link", name="Skip to the content"))
    keyboard.press(page.get_by_role("link", name="Reply", exact=True))
    keyboard.write(page.get_by_label("Message", exact=True), "It was on Monday.")
    keyboard.press(page.get_by_role("button", name="Send", exact=True))
    expect(page.get_by_role("status").filter(has_text="Your message was sent.")).to_be_focused()
    assert sandbox.calls("send")


@pytest.mark.proof
def test_on_a_phone_the_bar_at_the_foot_never_covers_the_focus(alice, sandbox, settings, open_page):
    settings.PORTAL_HELP_URL = (
        "https://www.company.example/help"  # In the footer, just above the end of the page.
    )
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page(viewport={"width": 390, "height": 610})
    sign_in(page)
    page.goto("/inbox/claims/")
    page.get_by_role("link", name="Your claim").click()
    page.get_by_role("heading", name="Your claim").wait_for()
    problems = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        problems.add(focus_problem(page))
    assert problems == {None}
