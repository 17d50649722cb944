"""What a securebox asks for beside the text: typed, checked, kept in drafts, sent in the userdata."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from inbox.extra_fields import ExtraField
from inbox.models import OutgoingMessage
from inbox.outgoing.content import Content, decrypt, digest, encrypt
from portal import encryption
from tests.conftest import sign_in
from tests.inbox.helpers import choose, make_due, message_at, only_reference, outgoing_page, reload
from tests.inbox.windows import COMPOSE, Window, draft_texts

WORDS = {"subject": "A broken window", "text": "It broke."}
NUMBER = {"extra-PolicyNumber": "AB123456"}
HINT = "It has two letters and six digits."


@pytest.fixture
def policy_number(claims) -> ExtraField:
    return ExtraField.objects.create(
        securebox=claims,
        key="PolicyNumber",
        label="Policy number",
        help_text="On every letter from us.",
        pattern="[A-Z]{2}[0-9]{6}",
        pattern_hint=HINT,
        required=True,
    )


@pytest.fixture
def window(policy_number, alice_client) -> Window:
    return Window(alice_client)


def userdata(sandbox) -> list[dict[str, str]]:
    return [call["body"]["data"].get("userData", {}) for call in sandbox.calls("send")]


def draft_window(browser) -> Window:
    return Window(browser, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")


def test_what_is_filled_in_is_sent_in_the_userdata_and_not_in_the_text(window, sandbox):
    assert window.shows("Policy number", "On every letter from us.")
    window.send(**WORDS, **NUMBER)
    assert userdata(sandbox) == [{"PolicyNumber": "AB123456"}]
    assert sandbox.calls("send")[0]["body"]["data"]["text"] == "It broke."


def test_it_is_sent_beside_the_portals_own_id(window, claims, sandbox):
    claims.operation_key = "PortalMessage"
    claims.save()
    window.send(**WORDS, **NUMBER)
    (message,) = OutgoingMessage.objects.all()
    assert userdata(sandbox) == [{"PolicyNumber": "AB123456", "PortalMessage": str(message.operation_id)}]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Fill in “Policy number”."),
        (" \x07", "Fill in “Policy number”."),
        ("123", f"Check “Policy number”. {HINT}"),
        ("x" * 201, "at most 200 characters"),
        ("A" * 100_000, "at most 200 characters"),
    ],
)
def test_an_error_is_explained_next_to_the_field_and_nothing_is_lost(window, sandbox, typed, told):
    window.send(**WORDS, **{"extra-PolicyNumber": typed})
    assert window.answer.status_code == 422 and window.shows(told)
    assert (
        window.fields["text"] == "It broke." and window.fields["extra-PolicyNumber"].strip() == typed.strip()
    )
    assert 'aria-describedby="id_extra-PolicyNumber_helptext id_extra-PolicyNumber_error"' in window.html
    assert window.html.count(" autofocus") == 1 and sandbox.calls("send") == []


def test_a_field_that_is_not_required_may_be_left_empty(window, policy_number, sandbox):
    ExtraField.objects.update(required=False)
    window.send(**WORDS)
    assert userdata(sandbox) == [{}]


def test_a_pattern_without_a_hint_has_words_of_its_own(window):
    ExtraField.objects.update(pattern_hint="")
    assert window.send(**WORDS, **{"extra-PolicyNumber": "1"}).shows("It doesn’t have the right format.")


def test_other_boxes_ask_for_nothing(window, alice_client):
    assert not Window(alice_client, "/inbox/billing/compose/").shows("Policy number")


# --- Drafts -----------------------------------------------------------------------------------------------


def test_a_draft_keeps_it_whatever_it_is_and_encrypted(window, alice_client):
    window.save(**WORDS, **{"extra-PolicyNumber": "not yet"})
    assert window.fields["extra-PolicyNumber"] == "not yet"
    assert "not yet" not in OutgoingMessage.objects.get().encrypted_content
    assert window.autosave(**NUMBER).status_code == 200
    assert draft_window(alice_client).fields["extra-PolicyNumber"] == "AB123456"


def test_a_form_with_nothing_else_filled_in_is_saved(window):
    assert window.save(**NUMBER).shows("Saved") and window.fields["extra-PolicyNumber"] == "AB123456"


def test_it_is_kept_when_the_session_has_ended(window, alice):
    window.browser.logout()
    window.send(**WORDS, **NUMBER)
    assert draft_texts() == ["It broke."]
    assert draft_window(sign_in(alice)).fields["extra-PolicyNumber"] == "AB123456"


def test_it_is_shown_where_the_text_cannot_be_saved(window, bob, sandbox):
    window.fields["csrfmiddlewaretoken"] = "x"
    window.fields["form"] = "forged"
    window.send(**WORDS, **NUMBER)
    assert window.answer.status_code == 403 and window.shows("Policy number", "AB123456")
    assert window.save().fields["extra-PolicyNumber"] == "AB123456" and sandbox.calls("send") == []


def test_the_other_version_of_a_conflict_shows_it(window, alice_client):
    window.save(**WORDS, **NUMBER)
    other = draft_window(alice_client)
    window.save(**{"extra-PolicyNumber": "CD123456"})
    other.save(text="Mine.")
    assert other.answer.status_code == 409 and other.shows("CD123456")
    assert other.fields["extra-PolicyNumber"] == "AB123456"


def test_a_draft_of_a_release_without_fields_is_opened_and_one_without_fields_stays_readable_there(
    window, alice
):
    window.save(**WORDS)
    message = OutgoingMessage.objects.get()
    assert decrypt(message).extra == () and "extra" not in encryption.decrypt(message.encrypted_content)
    old = Content(**WORDS)
    message.encrypted_content = encrypt(old, alice.pk, message.nonce)
    message.save()
    assert decrypt(message) == old and draft_window(sign_in(alice)).fields["text"] == "It broke."


# --- The operator changes what is asked for ---------------------------------------------------------------


def test_a_field_that_was_removed_keeps_its_value_which_is_shown_and_not_sent(window, alice_client, sandbox):
    window.save(**WORDS, **NUMBER)
    ExtraField.objects.all().delete()
    draft = draft_window(alice_client)
    assert draft.shows("This department no longer asks for this", "Policy number", "AB123456")
    assert draft.save().shows("AB123456") and "extra-PolicyNumber" not in draft.fields
    draft.send()
    assert userdata(sandbox) == [{}] and OutgoingMessage.objects.get().state == "sent"
    draft.show(alice_client.post(COMPOSE, draft.fields, follow=True))  # The same form once more.
    assert len(sandbox.calls("send")) == 1


def test_a_page_from_before_a_field_was_removed_says_so_before_it_sends(window, sandbox):
    ExtraField.objects.all().delete()
    window.send(**WORDS, **NUMBER)
    assert window.answer.status_code == 422 and window.shows("no longer asks for something", "AB123456")
    assert sandbox.calls("send") == []
    window.send()
    assert len(sandbox.calls("send")) == 1 and userdata(sandbox) == [{}]


def test_a_field_that_is_asked_for_again_gets_the_value_back(window, policy_number, alice_client):
    window.save(**WORDS, **NUMBER)
    ExtraField.objects.update(key="Other")
    assert draft_window(alice_client).save().shows("no longer asks for this")
    ExtraField.objects.update(key="PolicyNumber")
    assert draft_window(alice_client).fields["extra-PolicyNumber"] == "AB123456"


def test_a_required_field_that_was_added_later_is_asked_for_when_sending(alice_client, claims, sandbox):
    window = Window(alice_client).save(**WORDS)
    ExtraField.objects.create(securebox=claims, key="Plate", label="Number plate", required=True)
    assert window.send().shows("Fill in “Number plate”.") and sandbox.calls("send") == []
    window.send(**{"extra-Plate": "B-XY 1"})
    assert userdata(sandbox) == [{"Plate": "B-XY 1"}]


# --- Afterwards -------------------------------------------------------------------------------------------


def test_a_message_that_waits_shows_it_and_sends_it_later(window, alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send", times=1)
    window.send(**WORDS, **NUMBER)
    message = OutgoingMessage.objects.get()
    assert message.state == "queued" and "AB123456" in outgoing_page(alice_client, message)
    assert choose(alice_client, message, "now").state == "sent"
    assert userdata(sandbox)[-1] == {"PolicyNumber": "AB123456"}
    assert decrypt(OutgoingMessage.objects.get()).extra == ()


def test_another_value_is_another_message(window, alice_client, sandbox):
    window.save(**WORDS, **NUMBER)
    other = draft_window(alice_client)
    window.send()
    other.send(**{"extra-PolicyNumber": "CD123456"})
    assert other.answer.status_code == 409 and other.fields["extra-PolicyNumber"] == "CD123456"
    assert len(sandbox.calls("send")) == 1


def test_a_receipt_covers_it(window, alice_client, tmp_path, capsys):
    window.send(**WORDS, **NUMBER)
    receipt = alice_client.get(f"/outgoing/{OutgoingMessage.objects.get().nonce}/receipt/").content
    text = "It broke.\n\nPolicy number: AB123456"
    assert digest(text) in receipt.decode()
    (tmp_path / "receipt.txt").write_bytes(receipt)
    (tmp_path / "letter.txt").write_text(text)
    call_command("verify_receipt", str(tmp_path / "receipt.txt"), text=str(tmp_path / "letter.txt"))
    assert "The text is the one that was sent." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({}, "There are no details for this message."),
        ({"PolicyNumber": "ZZ999999"}, "ZZ999999"),
        ({"PolicyNumber": "<b>canary</b>"}, "&lt;b&gt;canary&lt;/b&gt;"),
        ({"PolicyNumber": "x" * 100_000}, "xxx"),
        ({"PolicyNumber": ["AB123456", {"a": None}], "subject": "Another"}, ""),
    ],
    ids=["missing", "another", "markup", "long", "no text"],
)
def test_what_the_api_makes_of_it_is_text_on_a_page_and_proves_nothing(
    window, claims, alice_client, sandbox, stored, shown
):
    claims.shown_details = "PolicyNumber = Policy number"
    claims.save()
    sandbox.fault("close", operation="send", times=1)
    window.send(**WORDS, **NUMBER)
    message = OutgoingMessage.objects.get()
    sandbox.add("alice@example.com", securebox="Claims01", direction="inbound", userdata=stored, **WORDS)
    make_due(message)
    assert message.state == "unconfirmed" and call_command("deliver", stdout=StringIO()) is None
    assert reload(message).state == "sent" and len(sandbox.calls("send")) == 1
    details = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/details/")
    assert details.status_code == 200 and shown in details.content.decode()
    assert "<b>canary" not in details.content.decode()
    receipt = alice_client.get(f"/outgoing/{message.nonce}/receipt/").content.decode()
    assert digest("It broke.\n\nPolicy number: AB123456") in receipt


def test_the_export_has_it(window, capsys):
    window.save(**WORDS, **NUMBER)
    call_command("person", "alice@example.com", export=True)
    (message,) = json.loads(capsys.readouterr().out)["outgoing_messages"]
    assert message["content"]["extra"] == [
        {"key": "PolicyNumber", "label": "Policy number", "value": "AB123456", "asked": True}
    ]


def test_a_made_up_field_is_not_sent(alice_client, sandbox):
    answer = alice_client.post(COMPOSE, {**WORDS, "former-Routing": "vip"})
    assert message_at(answer.url).state == "sent" and userdata(sandbox) == [{}]
