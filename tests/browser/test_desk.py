"""The agents' desk in Chromium."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import axe_violations
from tests.sandbox.helpers import ALICE, send


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    opened: list[Page] = []

    def new_page(**options) -> Page:
        opened.append(browser.new_page(**options))
        return opened[-1]

    yield new_page
    for page in opened:
        page.close()


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.proof)])
@pytest.mark.proof
def test_it_is_accessible_in_both_schemes_and_widths(sandbox, new_page, width):
    question = send(sandbox, securebox="claims", subject="Water damage", text="averylongword" * 30)
    page = new_page(viewport={"width": width, "height": 800})
    for path in ("", f"messages/{question}/", "write/", "nowhere/"):
        page.goto(f"{sandbox.root}/desk/{path}")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.proof
def test_an_agent_answers_without_scripts(sandbox, new_page):
    send(sandbox, subject="Water damage")
    page = new_page(java_script_enabled=False)
    page.goto(sandbox.root)
    page.get_by_role("button", name="Open Water damage").click()
    page.get_by_label("Message").fill("<p>We will <b>pay</b>.</p>")
    page.get_by_label("HTML").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").last.get_by_text("We will pay.")).to_be_visible()
    assert sandbox.messages()[0]["html"] == "<p>We will <b>pay</b>.</p>"


@pytest.mark.proof
def test_a_new_message_appears_and_the_focus_stays(sandbox, new_page):
    send(sandbox, subject="First")
    page = new_page()
    page.goto(sandbox.root)
    page.get_by_role("button", name="Open First").focus()
    sandbox.add(ALICE, "Second", direction="inbound")
    expect(page.get_by_role("button", name="Open Second")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Open First")).to_be_focused()
    expect(page).to_have_title("(2) Queue · Agents’ desk")
