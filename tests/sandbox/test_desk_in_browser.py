"""The desk as an agent sees it, in Chromium."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from tests.sandbox.wire import ALICE, send

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here.")]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_use_it_in_both_schemes_and_widths(sandbox, browser, scheme, width):
    question = send(sandbox, securebox="claims", subject="Water damage", text="averylongword" * 30)
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    for path in ("", f"messages/{question}/", "write/", "nowhere/"):
        page.goto(f"{sandbox.root}/desk/{path}")
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_an_agent_answers_without_scripts(sandbox, browser):
    send(sandbox, subject="Water damage")
    page = browser.new_page(java_script_enabled=False)
    page.goto(sandbox.root)
    page.get_by_role("button", name="Open Water damage").click()
    page.get_by_label("Message").fill("<p>We will <b>pay</b>.</p>")
    page.get_by_label("HTML").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("article")).to_have_count(2)
    assert sandbox.messages()[0]["text"] == "We will pay."


def test_a_new_message_appears_by_itself_and_the_focus_stays(sandbox, browser):
    send(sandbox, subject="First")
    page = browser.new_page()
    page.goto(sandbox.root)
    page.get_by_role("button", name="Open First").focus()
    sandbox.add(ALICE, "Second", direction="inbound")
    expect(page.get_by_role("button", name="Open Second")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Open First")).to_be_focused()
    expect(page).to_have_title("(2) Queue · Agents’ desk")
