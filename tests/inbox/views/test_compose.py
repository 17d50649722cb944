import pytest
from django.test import Client

from tests.conftest import sign_in
from tests.inbox.helpers import only_reference
from tests.inbox.windows import Window

ALICE = "alice@example.com"
COMPOSE = "/inbox/claims/compose/"
LETTER = {"subject": "A broken window", "text": "Dear team,\r\nit broke."}


def test_sends_the_message_and_shows_it_in_the_list(alice_client, sandbox):
    html = alice_client.post(COMPOSE, LETTER, follow=True).content.decode()
    assert "Your message was sent." in html and "Usually answered by <time datetime=" in html
    assert "A broken window" in alice_client.get("/inbox/claims/").content.decode()


def test_sends_the_fields_of_the_api_once_with_the_consumers_own_name_and_address(alice_client, sandbox):
    alice_client.post(COMPOSE, {**LETTER, "address": "bob@example.com", "fromAddress": "bob@example.com"})
    (call,) = sandbox.calls("send")
    assert call["query"] == {"securebox": "Claims01"}
    assert call["body"]["data"] == {
        "fromAddress": ALICE,
        "firstName": "Alice",
        "lastName": "Example",
        "subject": "A broken window",
        "text": "Dear team,\nit broke.",
    }


def test_a_message_to_the_default_box_names_no_securebox(alice_client, sandbox):
    alice_client.post("/inbox/billing/compose/", LETTER)
    assert sandbox.calls("send")[0]["query"] == {}


def test_shows_my_address_and_offers_no_field_for_it(alice_client, sandbox):
    html = alice_client.get(COMPOSE).content.decode()
    assert ALICE in html and 'name="address"' not in html
    assert sandbox.calls("send") == []


def test_shows_the_limit(alice_client, settings):
    settings.PORTAL_MAX_TEXT = 500
    assert "Up to 500 characters." in alice_client.get(COMPOSE).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("text", "", "Enter your message"),
        ("text", "   \n ", "Enter your message"),
        ("text", "x" * 100_000, "Your message is 90,000 characters too long. It can have up to 10,000."),
        ("text", "x" * 10_001, "Your message is 1 character too long. It can have up to 10,000."),
        ("text", "\x00\u200b\v", "Enter your message"),
        ("subject", "", "Enter a subject"),
        ("subject", "\x07\n", "Enter a subject"),
        ("subject", "x" * 151, "at most 150 characters"),
    ],
)
def test_shows_errors_and_keeps_the_text(alice_client, sandbox, field, value, told):
    response = alice_client.post(COMPOSE, {**LETTER, field: value})
    html = response.content.decode()
    assert response.status_code == 422 and told in html
    assert ("A broken window" if field == "text" else "Dear team,\nit broke.") in html.replace("\r", "")
    assert sandbox.calls("send") == []


@pytest.mark.parametrize(
    ("pasted", "sent"),
    [
        ("Dear team,\x0bit broke.\x0c\x0cBob", "Dear team,\nit broke.\n\nBob"),
        ("one\u2028two\u2029three\x85four\r\nfive", "one\ntwo\nthree\nfour\nfive"),
        ("be\x07ll \x00nul \ufeffmark\u200b \u202eturned", "bell nul mark turned"),
        ("tab\tand می\u200cخواهم 👩\u200d👧", "tab\tand می\u200cخواهم 👩\u200d👧"),
    ],
)
def test_pasted_characters_that_nobody_sees_are_no_reason_to_type_anew(alice_client, sandbox, pasted, sent):
    form = {**LETTER, "subject": "A broken\x0bwin\x07dow\n", "text": pasted}
    assert alice_client.post(COMPOSE, form).status_code == 302
    (call,) = sandbox.calls("send")
    assert (call["body"]["data"]["subject"], call["body"]["data"]["text"]) == ("A broken window", sent)
    # The same form once more is the same message, not a new draft.
    assert alice_client.post(COMPOSE, form).status_code == 302


def test_a_subject_must_be_one_of_the_presets(alice_client, billing, sandbox):
    billing.preset_subjects = "My invoice\nMy bank details"
    billing.save()
    response = alice_client.post("/inbox/billing/compose/", LETTER)
    assert (
        response.status_code == 422 and "Choose one of the subjects in the list." in response.content.decode()
    )
    assert (
        alice_client.post("/inbox/billing/compose/", {**LETTER, "subject": "My invoice"}).status_code == 302
    )


def reply_to_only(browser):
    return f"{COMPOSE}?reply={only_reference(browser)}"


def test_an_answer_begins_with_re_and_a_quote(alice_client, sandbox):
    sandbox.add(
        ALICE, "Your visit", securebox="Claims01", text="Dear Alice,\nsee you.", from_name="Priya Rao"
    )
    fields = Window(alice_client, reply_to_only(alice_client)).fields
    assert fields["subject"] == "Re: Your visit"
    assert fields["quote"].endswith("Priya Rao wrote:\n> Dear Alice,\n> see you.")


def test_an_answer_can_be_sent_whatever_characters_the_letter_holds(alice_client, sandbox):
    hidden = "Priya\x07\x1b[8m Rao"
    sandbox.add(ALICE, hidden, securebox="Claims01", text=hidden, from_name=hidden)
    answer = Window(alice_client, reply_to_only(alice_client)).send(text="Thank you.")
    assert answer.shows("Your message was sent.")
    assert "Priya[8m Rao wrote:\n> Priya[8m Rao" in sandbox.calls("send")[0]["body"]["data"]["text"]


def test_an_answer_to_an_answer_has_one_re(alice_client, sandbox):
    sandbox.add(ALICE, "RE: Your visit", securebox="Claims01")
    assert Window(alice_client, reply_to_only(alice_client)).fields["subject"] == "Re: Your visit"


def test_beginning_an_answer_marks_nothing_as_read(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    alice_client.get(reply_to_only(alice_client))
    assert sandbox.calls("get")[0]["query"] == {}


@pytest.mark.parametrize(
    ("quoting", "sent"),
    [({"include_quote": "on"}, "Thanks\n\nOn 3 Nov:\n> hi"), ({}, "Thanks")],
)
def test_the_quote_is_sent_below_unless_it_is_removed(alice_client, sandbox, quoting, sent):
    sandbox.add(ALICE, securebox="Claims01")
    alice_client.post(
        reply_to_only(alice_client),
        {"subject": "Re: x", "text": "Thanks", "quote": "On 3 Nov:\r\n> hi", **quoting},
    )
    assert sandbox.calls("send")[0]["body"]["data"]["text"] == sent


def test_an_answer_can_be_submitted_without_a_quote(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    assert alice_client.post(reply_to_only(alice_client), LETTER).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_answering_another_consumers_message_is_a_404_without_a_call(alice_client, bob, sandbox, method):
    sandbox.add(ALICE, securebox="Claims01")
    address = reply_to_only(alice_client)
    sandbox.forget_calls()
    assert getattr(sign_in(bob), method)(address, LETTER if method == "post" else None).status_code == 404
    assert sandbox.calls() == []


def test_a_closed_securebox_accepts_answers_but_no_new_messages(alice_client, claims, sandbox):
    claims.accepts_messages = False
    claims.save()
    sandbox.add(ALICE, securebox="Claims01")
    response = alice_client.get(COMPOSE)
    assert response.status_code == 403 and "taking new messages at the moment" in response.content.decode()
    assert alice_client.post(reply_to_only(alice_client), LETTER).status_code == 302


def test_a_securebox_that_closes_meanwhile_keeps_the_text(alice_client, claims, sandbox):
    claims.accepts_messages = False
    claims.save()
    response = alice_client.post(COMPOSE, LETTER)
    html = response.content.decode()
    assert response.status_code == 403 and "no longer takes new messages" in html and "it broke." in html
    assert sandbox.calls("send") == []


def test_writing_again_to_a_closed_securebox_is_refused_as_a_new_message(alice_client, claims, sandbox):
    claims.accepts_messages = False
    claims.save()
    sandbox.add(ALICE, securebox="Claims01", direction="inbound")
    assert (
        "Write again"
        not in alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/").content.decode()
    )
    assert alice_client.get(reply_to_only(alice_client)).status_code == 403


def test_an_odd_subject_from_the_api_can_be_answered(alice_client, sandbox):
    sandbox.add(ALICE, "Sub\x07ject", securebox="Claims01", text="be\x1bll")
    fields = Window(alice_client, reply_to_only(alice_client)).fields
    assert fields["subject"] == "Re: Subject" and fields["quote"].endswith("> bell")


def test_a_quote_is_tidied_like_the_text(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    form = {**LETTER, "quote": "> a\x07b\v> c", "include_quote": "on"}
    assert alice_client.post(reply_to_only(alice_client), form).status_code == 302
    assert sandbox.calls("send")[0]["body"]["data"]["text"].endswith("\n\n> ab\n> c")


def test_a_form_without_a_csrf_token_sends_nothing_and_shows_the_text(alice, sandbox):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    response = browser.post(COMPOSE, LETTER)
    html = response.content.decode()
    assert response.status_code == 403 and "This form has expired" in html
    assert "A broken window" in html and "it broke." in html
    assert sandbox.calls() == []


def test_an_expired_form_leads_to_a_page_that_can_be_opened(alice, sandbox):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    html = browser.post("/inbox/claims/selected/", {"action": "read"}).content.decode()
    assert "This form has expired" in html and 'href="/inbox/claims/selected/"' not in html


def test_a_request_body_that_is_too_large_is_refused_with_a_page(alice_client, sandbox):
    response = alice_client.post(COMPOSE, {**LETTER, "text": "x" * 2_100_000})
    assert response.status_code == 413 and "That was too large" in response.content.decode()


def test_requires_sign_in(client, claims):
    assert client.post(COMPOSE, LETTER).url.startswith("/accounts/login/")
