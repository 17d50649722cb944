"""The letter that is answered stands beside the form, and is sent along if its reader wants that."""

import pytest

from inbox.models import OutgoingMessage
from inbox.quoting import answered
from tests.inbox.helpers import only_reference
from tests.inbox.windows import COMPOSE, Window

ALICE = "alice@example.com"


def answer(browser, sandbox, **letter) -> Window:
    sandbox.add(ALICE, "Your visit", securebox="Claims01", from_name="Priya Rao", **letter)
    sandbox.forget_calls()
    return Window(browser, f"{COMPOSE}?reply={only_reference(browser)}")


def test_the_letter_is_shown_as_text_with_one_call_that_marks_nothing(alice_client, sandbox):
    html = "<p>See <b>you</b></p><script>alert(1)</script><p>on Monday.</p>"
    window = answer(alice_client, sandbox, html=html, text=None)
    assert window.answer.context["letter"].words == "See you\n\non Monday."
    assert window.shows("Priya Rao wrote:") and "alert(1)" not in window.html
    assert [call["query"] for call in sandbox.calls("get")] == [{}]
    assert "&gt; See" in window.html.split('name="quote"')[1].split(">")[0]


def test_addresses_in_it_are_links_and_markup_is_text(alice_client, sandbox):
    window = answer(alice_client, sandbox, text="See https://example.com/a\n<b>now</b>")
    words = window.answer.context["letter"].words
    assert 'href="https://example.com/a"' in words and "&lt;b&gt;now&lt;/b&gt;" in words


@pytest.mark.parametrize("act", ["save", "send"])
def test_it_stays_after_an_error_and_in_a_draft_without_another_call(alice_client, sandbox, act):
    window = answer(alice_client, sandbox, text="See you.")
    sandbox.forget_calls()
    getattr(window, act)(subject="", text="Gladly.")
    assert window.answer.context["letter"].words == "See you." and sandbox.calls("get") == []


def test_a_draft_opens_during_an_outage_with_the_letter(alice_client, sandbox):
    answer(alice_client, sandbox, text="See you.").save(text="Gladly.")
    sandbox.fault("close")
    window = Window(alice_client, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")
    assert window.answer.context["letter"].words == "See you." and window.fields["text"] == "Gladly."


def test_whether_it_is_sent_along_is_a_choice(alice_client, sandbox):
    window = answer(alice_client, sandbox, text="See you.")
    assert window.fields["include_quote"] == "on" and window.shows("Include the earlier message")
    del window.fields["include_quote"]
    window.send(text="Gladly.")
    assert sandbox.calls("send")[0]["body"]["data"]["text"] == "Gladly."


def test_a_quote_that_its_reader_has_changed_is_shown_as_it_is_and_can_be_changed(alice_client, sandbox):
    """Earlier releases had the quote in a field."""
    changed = "On 3 Nov, Priya Rao wrote:\n> See you on Monday.\nTuesday, please!\n> Yours"
    window = answer(alice_client, sandbox, text="See you.").save(text="Gladly.", quote=changed)
    assert window.answer.context["letter"] is None and window.fields["quote"] == changed
    assert '<textarea name="quote"' in window.html
    window.send()
    assert sandbox.calls("send")[0]["body"]["data"]["text"] == f"Gladly.\n\n{changed}"


def test_a_long_letter_can_be_unfolded_and_read_to_its_end(alice_client, sandbox):
    window = answer(alice_client, sandbox, text="Words. " * 2_000)
    assert window.shows("Show the whole message", "Read the whole message") and "foldable" in window.html
    assert window.send(text="Gladly.").shows("Your message was sent.")


@pytest.mark.parametrize(
    "quote", ["", "Gladly", "> only", "Priya wrote:", "Priya wrote:\nno sign", "Priya wrote:\n> a\n\n> b"]
)
def test_what_is_no_quote_of_ours_is_not_taken_for_one(quote):
    assert answered(quote) is None


def test_quotes_within_a_quote_stay():
    letter = answered("Priya wrote:\n> you wrote:\n> > a\n> \n>…")
    assert letter.words == "you wrote:\n&gt; a\n\n…" and not letter.is_cut
