"""A consumer and an agent exchange messages, with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in

ALICE = "alice@example.com"


def badge(page: Page, text: str) -> None:
    """Expect this badge of the claims box in the header."""
    page.goto("/inbox/claims/")
    shown = page.locator("nav [data-unread=claims]")
    expect(shown).to_be_hidden() if not text else expect(shown).to_have_text(text)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_consumer_reads_answers_and_deletes_while_an_agent_answers(alice, sandbox, open_page, javascript):
    sandbox.add(
        ALICE, "Your claim 4711", securebox="Claims01", text="Please tell us the date.", from_name="Priya Rao"
    )
    page = open_page(java_script_enabled=javascript)
    sign_in(page)
    badge(page, "Unread: 1")

    page.get_by_role("link", name="Your claim 4711").click()
    expect(page.locator("#open").get_by_text("Please tell us the date.")).to_be_visible()
    badge(page, "")

    page.get_by_role("link", name="Your claim 4711").click()
    page.get_by_role("link", name="Reply", exact=True).first.click()
    expect(page.get_by_label("Subject")).to_have_value("Re: Your claim 4711")
    page.get_by_label("Message", exact=True).fill("It was on Monday.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()
    expect(page.locator("#open").get_by_text("It was on Monday.")).to_be_visible()
    page.goto("/inbox/claims/")
    expect(page.get_by_role("link", name="Sent by you. You")).to_be_visible()
    badge(page, "")

    answer_at_the_desk(open_page(), sandbox.root)
    badge(page, "Unread: 1")
    page.get_by_role("link", name="Unread.").click()
    expect(page.locator("#open").get_by_text("Thank you, that is all we need.")).to_be_visible()

    page.locator("summary", has_text="Delete").first.click()
    page.get_by_role("button", name="Delete this message").click()
    expect(page.get_by_role("status").first).to_contain_text("The message was deleted.")
    expect(page.get_by_text("Thank you, that is all we need.")).to_have_count(0)
    assert_the_upstream_saw_only_what_it_should(sandbox)


def answer_at_the_desk(desk: Page, root: str) -> None:
    desk.goto(f"{root}/desk/")
    desk.get_by_role("button", name="Open Re: Your claim 4711").click()
    expect(desk.get_by_text("It was on Monday.")).to_be_visible()
    desk.get_by_role("textbox", name="Message").fill("Thank you, that is all we need.")
    desk.get_by_role("button", name="Send answer").click()
    expect(desk.get_by_text("Sent, unread")).to_be_visible()


def assert_the_upstream_saw_only_what_it_should(sandbox) -> None:
    own = {message["id"] for message in sandbox.messages() if message["direction"] == "inbound"}
    for call in sandbox.calls():
        assert call["address"] in (ALICE, None, "")
        if call["secureMailId"] in own:
            assert call["operation"] != "remove" and call["query"].get("read") != "true"
    assert [message["routing"] for message in sandbox.messages() if message["id"] in own] == ["answered"]
