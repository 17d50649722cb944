"""Selecting messages and saving them, in a browser: in a window, without scripts, and in a website's frame."""

from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.embed.embedding_site import EmbeddingSite, sign_in_within

ALICE = "alice@example.com"


@pytest.fixture(autouse=True)
def letters(sandbox):
    for subject in ("First letter", "Second letter"):
        sandbox.add(ALICE, subject, securebox="Claims01", text=f"Words of the {subject.lower()}.")
    sandbox.add(ALICE, "My own", securebox="Claims01", direction="inbound")


def test_what_can_be_done_appears_once_a_message_is_selected(alice, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    delete = page.get_by_role("button", name="Delete")
    expect(delete).to_be_hidden()
    page.get_by_role("checkbox", name="Select: First letter").check()
    expect(page.get_by_text("1 selected")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Select all")).not_to_be_checked()
    page.get_by_role("checkbox", name="Select all").check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    delete.click()
    expect(page.get_by_role("heading", name="Delete 2 messages?")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="First letter")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(delete).to_be_hidden()


@pytest.mark.proof
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_all_messages_are_saved_and_the_page_says_when(alice, open_page, tmp_path, javascript):
    page = open_page(java_script_enabled=javascript)
    sign_in(page)
    page.goto("/inbox/claims/")
    expect(page.get_by_role("button", name="Delete")).to_be_visible(visible=not javascript)
    page.get_by_role("link", name="Save all messages").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as ZIP file").click()
    if javascript:
        expect(page.get_by_text("3 messages saved.")).to_be_visible()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    archive = ZipFile(path)
    assert archive.testzip() is None and len(archive.namelist()) == 7
    archive.extractall(tmp_path)
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"file://{tmp_path}/index.html")
    page.get_by_role("link", name="First letter").click()
    expect(page.get_by_text("Words of the first letter.")).to_be_visible()
    assert problems == []


@pytest.mark.proof
def test_in_a_frame_a_message_is_saved_and_the_page_stays(alice, open_page, cross_site_of):
    page = open_page()
    frame = cross_site_of(page)
    frame.get_by_role("link", name="First letter").click()
    frame.locator("summary", has_text="Save").click()
    with page.expect_download() as download:
        frame.get_by_role("link", name="As an email file").click()
    assert download.value.suggested_filename.endswith("First letter.eml")
    expect(frame.get_by_text("Words of the first letter.")).to_be_visible()


@pytest.fixture
def cross_site_of(portal, settings):
    settings.PORTAL_URL = portal
    with EmbeddingSite(portal) as site:
        site.list_in_portal()

        def show(page):
            frame = site.show(page, '<secure-inbox securebox="claims"></secure-inbox>')
            sign_in_within(frame)
            return frame

        yield show
