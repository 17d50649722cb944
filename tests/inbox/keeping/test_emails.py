"""Messages as .eml, read back with the standard library."""

import email
from email import policy

import pytest

from inbox.keeping.copies import conversation, copy_of
from inbox.keeping.emails import email_of
from inbox.securemail import Attachments
from tests.inbox.keeping.letters import MAILBOX, MOMENT, READER, entry

LONG = "Ünfall im Straßenverkehr, Schaden Nr. 4711 " * 7


def parsed(*arguments, **fields):
    raw = email_of(copy_of(entry(*arguments, **fields), MAILBOX, READER))
    assert raw.isascii() and b"\r\n" in raw and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    found = email.message_from_bytes(raw, policy=policy.default)
    assert found.defects == [] and not any(header.defects for header in found.values())
    return found


def test_a_received_message_is_from_the_department_and_to_the_reader():
    found = parsed()
    assert str(found["From"]) == '"Anna Berg (Claims)" <claims@secure-email.invalid>'
    assert str(found["To"]) == "Alice Example <alice@example.com>"
    assert found["Subject"] == "Your claim" and found["Date"].datetime == MOMENT
    assert found.get_body(("plain",)).get_content().splitlines() == ["Hello"]


def test_an_own_message_is_from_its_writer():
    found = parsed(own=True)
    assert found["From"].addresses[0].addr_spec == "alice@example.com"
    assert found["To"].addresses[0].display_name == "Claims"


@pytest.mark.parametrize(
    "subject",
    [
        "Ünïcode ✓",
        "שלום עולם",
        "日本語の件名",
        LONG,
        "Wort" * 75,
        "x" * 300,
        "a, b; c: <d>",
    ],
)
def test_subjects_survive(subject):
    assert parsed(subject=subject)["Subject"] == " ".join(subject.split())


@pytest.mark.parametrize(
    "name", ["Bjørn, Østergård", 'A "B" C', "李雷", "עברית", "a@b.example", "(c) <d@e>", "\\"]
)
def test_names_survive_and_never_become_an_address(name):
    (address,) = parsed(sender=name)["From"].addresses
    assert address.display_name == f"{name} (Claims)"
    assert address.addr_spec == "claims@secure-email.invalid"


@pytest.mark.parametrize(
    "hostile",
    [
        "Hi\r\nBcc: eve@example.com",
        "Hi\nBcc: eve@example.com",
        "Hi\r\n\r\nbody",
        "a\x00b",
        "a\u2028Bcc: x",
        "a\x85b",
    ],
)
def test_line_breaks_and_controls_begin_no_header(hostile):
    found = parsed(subject=hostile, sender=hostile)
    assert sorted(found.keys()) == sorted(set(found.keys())) and "Bcc" not in found
    assert "\n" not in found["Subject"] and "\x00" not in found["Subject"]


def test_an_encoded_word_of_a_stranger_is_not_decoded():
    found = parsed(subject="=?utf-8?q?Hi=0ABcc:_eve?=", sender="=?utf-8?q?Bank?=")
    assert found["Subject"] == "= ?utf-8?q?Hi=0ABcc:_eve?=" and "Bcc" not in found
    assert "?utf-8?q?Bank" in found["From"].addresses[0].display_name


def test_what_is_not_known_is_left_out():
    found = parsed(subject="", date=None, sender="")
    assert "Subject" not in found and "Date" not in found
    assert str(found["From"]) == "Claims <claims@secure-email.invalid>"


def test_formatting_is_sanitised_and_its_text_is_beside_it():
    html = '<p>Dear <b>Alice</b></p><script>x()</script><img src="https://spy.example/1.gif"><a href="https://a.example/">here</a>'
    found = parsed(text=None, html=html)
    assert found.get_content_type() == "multipart/alternative"
    page, text = (found.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "<b>Alice</b>" in page and "script" not in page and "spy.example" not in page
    assert "Dear Alice" in text and "https://a.example/" in text


def test_files_are_named_as_not_included():
    text = parsed(attachments=Attachments(count=2, names=("policy.pdf", "a.jpg"))).get_content()
    assert "2 files came with this message and aren’t included: policy.pdf, a.jpg" in text


def test_ids_tell_nothing_and_are_the_same_each_time():
    first, again, other = parsed("secret-id"), parsed("secret-id"), parsed("m2")
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert "secret-id" not in first.as_string() and first["Message-ID"].endswith("@secure-email.invalid>")


def test_an_answer_names_what_it_answers():
    question, answer = parsed("m1", own=True), parsed("m2", parent_id="m1")
    assert answer["In-Reply-To"] == answer["References"] == question["Message-ID"]
    assert "References" not in question


def test_in_a_conversation_each_names_those_before_it():
    entries = [entry("m1", own=True), entry("m2"), entry("m3", parent_id="m1")]
    first, second, third = (
        email.message_from_bytes(email_of(copy), policy=policy.default)
        for copy in conversation(entries, MAILBOX, READER)
    )
    ids = [one["Message-ID"] for one in (first, second)]
    assert second["In-Reply-To"] == ids[0]
    assert third["In-Reply-To"] == ids[0] and sorted(third["References"].split()) == sorted(ids)
