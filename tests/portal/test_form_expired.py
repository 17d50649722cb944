"""A form with an expired CSRF token: what was typed into it can be saved with one click."""

import pytest

from inbox.models import OutgoingMessage
from tests.inbox.helpers import only_reference
from tests.inbox.windows import COMPOSE, Window, draft_texts, strict

CONTENT = {"subject": "A broken window", "text": "Dear team,\nit broke."}
EXPIRED = "This form has expired"


@pytest.fixture
def expired(alice, sandbox) -> Window:
    """Alice's compose page. A later sign-in gave her browser another CSRF token."""
    window = Window(strict(alice))
    window.fields["csrfmiddlewaretoken"] = "x" * 64
    return window


def test_an_expired_form_is_saved_with_one_click(expired, sandbox):
    expired.send(**CONTENT)
    assert expired.answer.status_code == 403 and expired.shows(EXPIRED, "A broken window", "Continue writing")
    expired.save()
    assert expired.answer.status_code == 200 and expired.shows("Saved")
    assert {name: expired.fields[name] for name in CONTENT} == CONTENT
    assert sandbox.calls("send") == []


def test_an_expired_form_continues_the_same_draft(expired):
    before = Window(expired.browser)
    before.save(text="Before.")
    before.fields["csrfmiddlewaretoken"] = "x" * 64
    before.save(text="After.").save()
    assert draft_texts() == ["After."]


def test_an_expired_form_keeps_all_fields(expired, sandbox):
    sandbox.add("alice@example.com", "Your visit", securebox="Claims01")
    window = Window(expired.browser, f"{COMPOSE}?reply={only_reference(expired.browser)}")
    typed = {"subject": 'Re: "it" & <co>', "text": "\n Gladly.\n\n'x'", "quote": "> see\n> you"}
    token, window.fields["csrfmiddlewaretoken"] = window.fields["csrfmiddlewaretoken"], "x" * 64
    before = {**window.fields, **typed}
    window.send(**typed)
    after = dict(window.fields)
    assert after.pop("csrfmiddlewaretoken") != token and before.pop("csrfmiddlewaretoken")
    assert after == before


def test_a_signed_out_users_expired_form_is_saved_with_one_click(expired):
    expired.browser.logout()
    expired.send(**CONTENT)
    assert expired.answer.status_code == 403 and expired.shows(EXPIRED)
    expired.save()
    assert expired.shows('name="login"') and draft_texts() == [CONTENT["text"]]


def test_a_forged_form_starts_a_new_one_with_the_same_text(expired, sandbox):
    del expired.fields["csrfmiddlewaretoken"]
    fresh = Window(expired.browser)
    fresh.fields["form"] = "forged"
    fresh.send(**CONTENT)
    assert fresh.answer.status_code == 403 and fresh.shows(EXPIRED, "it broke.")
    assert fresh.save().shows("Saved") and draft_texts() == [CONTENT["text"]]
    assert sandbox.calls("send") == []


def test_text_from_another_site_is_at_most_saved(alice, sandbox):
    browser = strict(alice)
    answer = browser.post(COMPOSE, {**CONTENT, "sure": "yes"}, headers={"Origin": "https://evil.example"})
    page = answer.content.decode()
    assert answer.status_code == 403 and 'name="action" value="save"' in page and 'name="sure"' not in page
    assert not OutgoingMessage.objects.exists() and sandbox.calls() == []


def test_an_expired_button_of_another_page_has_no_text_to_keep(alice, sandbox):
    page = strict(alice).post("/inbox/claims/selected/", {"subject": "x", "text": "y"}).content.decode()
    assert EXPIRED in page and "Continue writing" not in page and 'href="/"' in page
