"""Receipts: what was sent, when and to which securebox, with a signature that `verify_receipt` checks."""

import hashlib
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command

from inbox.models import OutgoingMessage
from tests.conftest import sign_in
from tests.inbox.helpers import only_reference
from tests.inbox.windows import COMPOSE, Window

ALICE = "alice@example.com"
WORDS = {"subject": "A broken window", "text": "Dear team,\n\nit broke — ünglücklich."}
DIGEST = hashlib.sha256(WORDS["text"].encode()).hexdigest()


@pytest.fixture
def address(alice_client, alice) -> str:
    """The URL of the receipt of Alice's sent message."""
    with time_machine.travel("2026-11-03T14:05:20Z", tick=False):
        Window(alice_client).send(**WORDS)
    alice_client.force_login(alice)  # The session was stored at that time, and is over.
    return f"/outgoing/{OutgoingMessage.objects.get().nonce}/receipt/"


@pytest.fixture
def receipt(alice_client, address, tmp_path):
    file = tmp_path / "receipt.txt"
    file.write_bytes(alice_client.get(address).content)
    return file


def verify(receipt, *options: str) -> str:
    """The error of the command; empty if the receipt is genuine."""
    try:
        call_command("verify_receipt", str(receipt), *options)
    except CommandError as error:
        return str(error)
    return ""


def test_states_what_was_sent_when_and_to_whom(alice_client, address, sandbox):
    answer = alice_client.get(address)
    *facts, signature = answer.content.decode().splitlines()
    assert facts == [
        "Receipt of: Secure messages",
        "Sent: 2026-11-03T14:05:20Z",
        f"From: {ALICE}",
        "To: Claims",
        "Securebox: Claims01",
        f"Message id: {sandbox.messages(ALICE)[0]['id']}",
        f"SHA-256 of the text: {DIGEST}",
    ]
    assert re.fullmatch(r"Signature: [\w-]{43}", signature)


def test_the_time_is_the_attempts_even_if_the_message_was_found_later(alice_client, sandbox):
    sandbox.fault("close", operation="send", times=1)
    copy = {"securebox": "Claims01", "direction": "inbound", "date": "2026-11-03T14:05:21Z"}
    sandbox.add(ALICE, **WORDS, **copy)
    with time_machine.travel("2026-11-03T14:05:20Z", tick=False) as clock:
        Window(alice_client).send(**WORDS)
        clock.move_to("2026-11-03T14:07:50Z")
        shown = alice_client.get(f"/outgoing/{OutgoingMessage.objects.get().nonce}/")
        receipt = alice_client.get(f"/outgoing/{OutgoingMessage.objects.get().nonce}/receipt/")
    assert "Sent: 2026-11-03T14:05:20Z" in receipt.content.decode()
    assert "14:05" in shown.content.decode() and "14:07" not in shown.content.decode()


def test_is_downloaded_as_a_plain_text_file(alice_client, address):
    answer = alice_client.get(address)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="receipt-claims-[0-9a-f]{8}\.txt"', answer["Content-Disposition"]
    )
    assert "no-store" in answer["Cache-Control"]


def test_is_linked_from_the_outcome_and_the_list_of_sent_messages(alice_client, address):
    nonce_page = address.removesuffix("receipt/")
    assert f'href="{address}"' in alice_client.get(nonce_page).content.decode()
    # The list leads to the message in its conversation.
    nonce = nonce_page.split("/")[-2]
    (row,) = re.findall(rf'href="(/inbox/.*\?sent={nonce})"', alice_client.get("/outgoing/").content.decode())
    assert f'href="{address}"' in alice_client.get(row).content.decode()


def test_is_linked_from_the_message_itself(alice_client, address):
    assert (
        f'href="{address}"'
        in alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/").content.decode()
    )


def test_the_digest_is_of_the_text_that_was_sent(alice_client, sandbox):
    sandbox.add(ALICE, "Your visit", securebox="Claims01")
    Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}").send(
        text="Gladly.", quote="> see you\n"
    )
    sent = sandbox.calls("send")[0]["body"]["data"]["text"]
    receipt = alice_client.get(f"/outgoing/{OutgoingMessage.objects.get().nonce}/receipt/").content.decode()
    assert "> see you" in sent and hashlib.sha256(sent.encode()).hexdigest() in receipt


@pytest.mark.parametrize("state", [state for state in OutgoingMessage.State if state != "sent"])
def test_a_message_that_is_not_known_to_be_sent_has_no_receipt(alice_client, address, state):
    OutgoingMessage.objects.update(state=state)
    assert alice_client.get(address).status_code == 404


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_others_cannot_download_it(address, request, who):
    assert sign_in(request.getfixturevalue(who)).get(address).status_code == 404


def test_has_one_fact_a_line_even_if_a_title_contains_line_breaks(alice_client, address, claims):
    claims.title = "Claims\nFrom: bob@example.com\r\u2028x"
    claims.save()
    lines = alice_client.get(address).content.decode().splitlines()
    assert len(lines) == 8 and "To: Claims From: bob@example.com x" in lines


# --- The command ------------------------------------------------------------------------------------------


def test_a_genuine_receipt_is_verified(receipt, capsys):
    assert verify(receipt) == ""
    out = capsys.readouterr().out
    assert "This receipt is genuine." in out and f"From: {ALICE}" in out and f"text: {DIGEST}" in out


@pytest.mark.parametrize("line", range(8))
@pytest.mark.parametrize("change", ["altered", "left out", "twice"])
def test_a_change_in_any_line_is_detected(receipt, line, change, capsys):
    lines = receipt.read_text().splitlines()
    altered = lines[line][:-1] + ("0" if lines[line][-1] != "0" else "1")
    lines[line : line + 1] = {"altered": [altered], "left out": [], "twice": [lines[line]] * 2}[change]
    receipt.write_text("\n".join(lines) + "\n")
    assert "was altered" in verify(receipt) and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text", ["", "\n", "Signature: ", "Signature: x", "x" * 100_000, "Sent: now\nSignature: é"]
)
def test_a_text_that_is_not_a_receipt_is_refused(tmp_path, text):
    file = tmp_path / "receipt.txt"
    file.write_text(text)
    assert "was not made by this portal" in verify(file)


@pytest.mark.parametrize(
    "written", [lambda b: b.replace(b"\n", b"\r\n"), lambda b: b"\xef\xbb\xbf" + b, lambda b: b + b"\n\n"]
)
def test_a_receipt_saved_by_an_editor_is_still_genuine(receipt, written):
    receipt.write_bytes(written(receipt.read_bytes()))
    assert verify(receipt) == ""


def test_a_receipt_of_another_portal_is_refused(receipt, settings):
    settings.SECRET_KEY = "another-key"
    assert "SECRET_KEY that signed it is no longer in use" in verify(receipt)


def test_a_receipt_signed_with_the_previous_key_is_genuine(receipt, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key"
    assert verify(receipt) == ""


@pytest.mark.parametrize("text", [WORDS["text"], WORDS["text"] + "\n", WORDS["text"].replace("\n", "\r\n")])
def test_the_sent_text_matches_the_receipt(receipt, tmp_path, capsys, text):
    (tmp_path / "text.txt").write_bytes(text.encode())
    assert verify(receipt, "--text", str(tmp_path / "text.txt")) == ""
    assert "The text is the one that was sent." in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", WORDS["text"].upper(), WORDS["text"] + ".", "x"])
def test_another_text_does_not_match_the_receipt(receipt, tmp_path, text):
    (tmp_path / "text.txt").write_text(text)
    assert verify(receipt, "--text", str(tmp_path / "text.txt")) == "The text is not the one that was sent."


def test_a_missing_file_is_named(receipt, tmp_path):
    assert "none.txt cannot be read" in verify(tmp_path / "none.txt")
    assert "none.txt cannot be read" in verify(receipt, "--text", str(tmp_path / "none.txt"))


def test_a_binary_file_is_named(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")
    assert "picture.png cannot be read" in verify(tmp_path / "picture.png")
