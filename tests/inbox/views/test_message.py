import pytest

from inbox.references import sign
from inbox.securemail import Direction
from tests.inbox.helpers import only_reference, references

ALICE = "alice@example.com"


def open_only(browser, sandbox, query="", **headers):
    address = f"/inbox/claims/{only_reference(browser)}/{query}"
    sandbox.forget_calls()
    return browser.get(address, headers=headers)


def test_shows_the_message(alice_client, sandbox):
    sandbox.add(
        ALICE, "Your visit", securebox="Claims01", text="Dear Alice,\nsee you.", from_name="Priya Rao"
    )
    html = open_only(alice_client, sandbox).content.decode()
    assert '<h1 dir="auto">Your visit</h1>' in html
    assert "Dear Alice,\nsee you." in html and "Priya Rao" in html and ALICE in html


def test_opening_a_received_message_marks_it_read_in_one_call(alice_client, sandbox):
    message_id = sandbox.add(ALICE, securebox="Claims01")
    open_only(alice_client, sandbox)
    calls = [(call["path"], call["query"]) for call in sandbox.calls("get")]
    assert calls == [(f"/nexus/v3/securemail/{message_id}", {"read": "true"})]
    assert sandbox.messages()[0]["status"] == "read"


def test_opening_a_sent_message_leaves_it_in_the_agents_queue(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", routing="waiting")
    response = open_only(alice_client, sandbox)
    assert response.status_code == 200 and [call["query"] for call in sandbox.calls("get")] == [{}]
    assert sandbox.messages()[0]["routing"] == "waiting" and sandbox.messages()[0]["status"] == "unread"


def test_a_message_of_unknown_direction_is_shown_and_not_marked(alice_client, sandbox):
    message_id = sandbox.add(ALICE, securebox="Claims01")
    response = alice_client.get(f"/inbox/claims/{sign(ALICE, 'Claims01', message_id, Direction.UNKNOWN)}/")
    assert response.status_code == 200 and [call["query"] for call in sandbox.calls("get")] == [{}]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
        {"sec-purpose": "Prefetch"},
    ],
)
def test_a_prefetch_marks_nothing(alice_client, sandbox, headers):
    sandbox.add(ALICE, securebox="Claims01")
    open_only(alice_client, sandbox, **headers)
    assert [call["query"] for call in sandbox.calls("get")] == [{}]


def test_a_head_marks_nothing(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    alice_client.head(f"/inbox/claims/{only_reference(alice_client)}/")
    assert sandbox.messages()[0]["status"] == "unread"


def test_links_in_text_are_clickable_and_safe(alice_client, sandbox):
    text = "See https://example.com/a?b=1&c=2 or help@example.com, not javascript:alert(1) <b>bold</b>"
    sandbox.add(ALICE, securebox="Claims01", text=text)
    html = open_only(alice_client, sandbox).content.decode()
    assert 'href="https://example.com/a?b=1&amp;c=2"' in html and 'href="mailto:help@example.com"' in html
    assert 'rel="noopener noreferrer nofollow"' in html and 'target="_blank"' in html
    assert "<b>bold</b>" not in html and 'href="javascript' not in html


def test_formatting_that_tells_something_is_shown_in_a_frame(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", text="See the HTML", html="<h1>Plain words</h1>")
    html = open_only(alice_client, sandbox).content.decode()
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in html
    assert "allow-scripts" not in html and 'value="text">Plain text<' in html
    # Without scripts the frame scrolls; the whole letter is a link away, and is printed as a text.
    assert "Open the message on its own page" in html
    assert "Plain words</div>" in html


@pytest.mark.parametrize("html", [None, "<p>Plain words</p>"])
@pytest.mark.parametrize("text", [None, "Plain words"])
def test_words_without_formatting_are_shown_as_text(alice_client, sandbox, text, html):
    sandbox.add(ALICE, securebox="Claims01", text=text or "", html=html)
    page = open_only(alice_client, sandbox).content.decode()
    assert "<iframe" not in page and ("With formatting" in page) == (html is not None)


def test_the_choice_of_plain_text_holds_for_all_messages_until_it_is_changed(alice_client, sandbox):
    for number in range(2):
        sandbox.add(ALICE, securebox="Claims01", text="Words", html=f"<h1>Letter {number}</h1>")
    first, second = (f"/inbox/claims/{reference}/" for reference in references(alice_client))
    for view, is_framed in (("text", False), ("formatted", True)):
        shown = alice_client.post(f"{first}view/", {"view": view}, follow=True)
        assert ("<iframe" in shown.content.decode()) == is_framed
        assert ("<iframe" in alice_client.get(second).content.decode()) == is_framed


def test_only_reading_a_message_chooses_nothing(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", text="Words", html="<h1>Words</h1>")
    assert "<iframe" not in open_only(alice_client, sandbox, "?view=text").content.decode()
    assert "<iframe" in open_only(alice_client, sandbox).content.decode()


def test_a_sent_message_that_was_handled_cannot_be_withdrawn(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", status="read", routing="stopped")
    html = open_only(alice_client, sandbox).content.decode()
    assert "No longer waiting in the queue" in html and "withdraw/" not in html


def test_the_badge_is_lowered_on_the_page_of_the_message(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01")
    listed = alice_client.get("/inbox/claims/").context["rows"][0].url
    sandbox.forget_calls()
    for _reload in range(2):
        assert "<title>(1) " in " ".join(alice_client.get(listed).content.decode().split()).replace(
            "> (", ">("
        )
    assert {call["operation"] for call in sandbox.calls()} == {"get", "list"}


def test_actions_follow_the_direction_in_the_reference(alice_client, sandbox):
    message_id = sandbox.add(ALICE, securebox="Claims01")
    html = alice_client.get(
        f"/inbox/claims/{sign(ALICE, 'Claims01', message_id, Direction.UNKNOWN)}/"
    ).content.decode()
    assert "delete/" not in html and "purge/" not in html and "withdraw/" not in html


def test_the_badge_is_lowered_when_a_message_is_read(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    assert alice_client.get("/unread.json").json()["total"] == 1
    alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/")
    assert alice_client.get("/unread.json").json()["total"] == 0


def test_a_deleted_message_is_a_404(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(alice_client)
    sandbox.reset()
    assert alice_client.get(f"/inbox/claims/{reference}/").status_code == 404


def test_an_answer_with_another_consumers_message_is_a_404(alice_client, sandbox):
    """The reference is valid, but the API answers with a message of another consumer: it is not shown."""
    theirs = sandbox.add("bob@example.com", "For Bob alone", securebox="Claims01")
    reference = sign(ALICE, "Claims01", theirs, Direction.OUTBOUND)
    response = alice_client.get(f"/inbox/claims/{reference}/")
    assert response.status_code == 404 and "For Bob alone" not in response.content.decode()


def test_rejects_a_post(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    response = alice_client.post(f"/inbox/claims/{only_reference(alice_client)}/")
    assert response.status_code == 405 and "You can’t open this page directly" in response.content.decode()
