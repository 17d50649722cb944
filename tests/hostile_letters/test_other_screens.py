"""The corpus as a draft, at the agents' desk, as names, and in the activity log with its exports."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
import requests
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Activity, Consumer
from portal.accounts.signup import invitations
from portal.accounts.validators import clean_name
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.hostile_letters.corpus import CORPUS
from tests.hostile_letters.outline import Outline
from tests.hostile_letters.test_pages import as_sent, one_by_one, one_line, page
from tests.inbox.windows import Window

ALICE = "alice@example.com"
SOME = CORPUS[::8]
FORMULAS = tuple("=+-@\t\r\n＝＋－＠")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def possible_names() -> list[str]:
    """What of the corpus a form takes for a name."""
    names = {}
    for hostile in CORPUS:
        try:
            names[clean_name(as_sent(hostile.content()))] = hostile
        except ValidationError:
            continue
    return [name for name in names if name]


def kinds(outline: Outline) -> set[tuple[str, tuple[str, ...]]]:
    return {(tag, tuple(name for name, _value in attributes)) for tag, attributes in outline.elements}


@pytest.fixture
def operator(db) -> Client:
    return sign_in(make_superuser("Olga"))


@one_by_one
def test_a_draft_is_restored_as_it_was_typed(alice_client, letters):
    window = Window(alice_client)
    for hostile in letters:
        text, subject = as_sent(hostile.content()).replace("\r", "\n"), one_line(hostile.content())[:150]
        window.save(subject=subject, text=text)
        assert window.fields["text"].replace("\r", "") == text, hostile
        (listed,) = page(alice_client, "/outgoing/").texts("bdi.mail-subject")
        assert " ".join(listed.split()) == (subject.strip() or "(no subject)"), hostile


def test_the_desk_shows_what_consumers_wrote(sandbox):
    """In its queue, and in a conversation with an answer in HTML."""

    def desk(contents: list[str]) -> Outline:
        sandbox.reset()
        common = {
            "address": ALICE,
            "securebox": "claims",
            "date": (timezone.now() - timedelta(days=9)).isoformat(),
        }
        ids = sandbox.add_many(
            [
                {**common, "direction": "inbound", "subject": text, "text": text, "from_name": text}
                for text in contents
            ]
        )
        sandbox.add_many(
            [{**common, "subject": text, "html": text, "text": "", "parent_id": ids[0]} for text in contents]
        )
        pages = [
            requests.get(f"{sandbox.root}/desk/{path}", timeout=60).text
            for path in ("", f"messages/{ids[0]}/")
        ]
        return Outline(UUID.sub("uuid", "".join(pages)))

    attacked, usual = desk([as_sent(hostile.content()) for hostile in SOME]), desk(["word"] * len(SOME))
    assert kinds(attacked) == kinds(usual)


def test_the_admin_shows_names_as_they_are(operator):
    names = possible_names()
    assert len(names) > 250
    names = names[:: len(names) // 80][:90]

    def consumers(first_names: list[str]) -> Outline:
        Consumer.objects.filter(email__startswith="x").delete()
        Consumer.objects.bulk_create(
            Consumer(email=f"x{number:02}@example.com", first_name=name, password="!")
            for number, name in enumerate(first_names)
        )
        return page(operator, "/admin/accounts/consumer/?o=1")

    attacked, usual = consumers(names), consumers(["word"] * len(names))
    assert kinds(attacked) == kinds(usual)
    shown = [" ".join(name.split()) for name in attacked.texts("td.field-name")]
    assert [name for name in shown if name != "Olga Example"] == [" ".join(name.split()) for name in names]


def test_the_activity_log_is_shown_and_exported_as_it_is(alice, bob, operator):
    words = [as_sent(hostile.content())[:100].replace("\0", "") for hostile in SOME]
    for consumer, lines in ((alice, words), (bob, ["word"] * len(words))):
        Activity.objects.bulk_create(
            Activity(event="signed_in", consumer=consumer, address=word, box=word, detail=word, device=word)
            for word in lines
        )
    pages = [page(sign_in(consumer), "/accounts/activity/?page=2") for consumer in (alice, bob)]
    assert kinds(pages[0]) == kinds(pages[1])
    log = "/admin/accounts/activity/"
    pages = [page(operator, f"{log}?consumer__id__exact={consumer.pk}&p=2") for consumer in (alice, bob)]
    assert kinds(pages[0]) == kinds(pages[1])
    lines = exported(operator, f"{log}export/jsonl/?consumer__id__exact={alice.pk}").splitlines()
    assert {json.loads(line)["detail"] for line in lines} >= set(words)
    table = exported(operator, f"{log}export/csv/").removeprefix("\ufeff")
    assert [cell for cell in cells(table) if cell.lstrip().startswith(FORMULAS)] == []


def exported(browser: Client, address: str) -> str:
    return b"".join(browser.get(address).streaming_content).decode()


def cells(table: str) -> list[str]:
    """As spreadsheets read them: in many countries, a semicolon or a tab separates cells, whatever the file says."""
    readers = [csv.reader(io.StringIO(table, newline=""), delimiter=delimiter) for delimiter in ",;\t"]
    return [cell for reader in readers for row in reader for cell in row]


def test_an_invitation_greets_by_name(db):
    def invitation(first_name: str) -> tuple[set[object], str]:
        mail.outbox.clear()
        invitations.invite("x@example.com", first_name=first_name)
        (sent,) = mail.outbox
        assert sent.subject == "Your invitation to Secure messages" and sent.to == ["x@example.com"]
        return set(kinds(Outline(sent.alternatives[0].content))), sent.body

    usual, _text = invitation("word")
    for name in possible_names()[::15]:
        elements, text = invitation(name)
        assert elements == usual, name
        assert f"Hello {name}," in text
