"""The playground of the demo's website, with a fake portal."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import axe_violations
from tests.browser.embed.fake_portal import CompanyPage
from tests.demo.demo_process import PROJECT, free_ports, listens
from tests.support.patience import await_true

pytestmark = [pytest.mark.proof, pytest.mark.slow]


@pytest.fixture
def company_page(fake_portal, open_page, tmp_path):
    port, _, _ = free_ports()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.demo.website.settings",
        "DEMO_FOLDER": str(tmp_path),
        "DEMO_PORT": str(fake_portal.port),
        "DEMO_SITE_PORT": str(port),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:portal.demo.gunicorn_config"]
    command += ["--bind", f"127.0.0.1:{port}", "portal.demo.website.wsgi"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)  # noqa: S603  A command of our own.
    assert await_true(lambda: listens(port))
    page = open_page()
    page.goto(f"http://127.0.0.1:{port}/playground/")
    yield CompanyPage(page)
    process.terminate()
    process.wait(60)


def test_each_setting_changes_the_element_and_what_is_to_copy(company_page):
    page, snippet = company_page.page, company_page.page.locator("[data-snippet]")
    expect(page.locator("main secure-inbox")).to_have_attribute("max-height", "600")
    page.get_by_label("<secure-inbox-launcher>").check()
    expect(page.get_by_label("max-height")).to_be_hidden()
    page.get_by_label("label", exact=True).fill('My "letters" & more')
    page.get_by_label("position").select_option("start")
    launcher = page.locator("secure-inbox-launcher")
    expect(launcher).to_have_attribute("label", 'My "letters" & more')
    expect(launcher).to_have_attribute("position", "start")
    expect(snippet).to_contain_text(
        'position="start" label="My &quot;letters&quot; &amp; more"></secure-inbox-launcher>'
    )
    page.get_by_text("Look", exact=True).click()
    page.get_by_label("--secure-inbox-radius").fill("2px")
    expect(snippet).to_contain_text("--secure-inbox-radius: 2px;")
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("main secure-inbox")).to_be_visible()
    expect(snippet).not_to_contain_text("<style>")
    assert axe_violations(page) == []


def test_events_and_results_of_calls_are_written_down(company_page):
    page, log = company_page.page, company_page.page.get_by_role("list", name="Events and results")
    page.get_by_label("<secure-inbox-launcher>").check()
    company_page.say(type="identify")
    company_page.hand_over()
    company_page.count(2, claims=2)
    expect(log).to_contain_text('"secureboxes":{"claims":2}')
    page.get_by_role("combobox", name="securebox").select_option("claims")
    page.get_by_role("button", name="toggle()").click()
    expect(page.get_by_role("dialog", name="Messages")).to_be_visible()
    expect(log).to_contain_text('toggle({"securebox":"claims"})')
    page.get_by_role("button", name="isOpen()").click()
    expect(log.get_by_role("listitem").first).to_contain_text("true")
    page.get_by_role("button", name="Clear").click()
    expect(log.get_by_role("listitem")).to_have_count(0)
