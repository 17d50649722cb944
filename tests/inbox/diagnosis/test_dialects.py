"""The sandbox in another dialect: the diagnosis finds what customers would suffer from, and its advice mends it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from inbox.diagnosis import Box, State, diagnose
from tests.support.sandbox import Sandbox

ALICE = "alice@example.com"
CLAIMS = Box("Claims01")


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    now = datetime.now(UTC)
    sandbox.add_many(
        [
            {
                "address": ALICE,
                "subject": "Your claim",
                "securebox": CLAIMS.name,
                "direction": "outbound" if number % 3 else "inbound",
                "text": "Dear Alice,\nwe have received your documents.",
                "date": (now - timedelta(days=number + 1)).isoformat(),
                "status": "unread" if number < 3 else "read",
            }
            for number in range(14)
        ]
    )
    return sandbox


def failures(box: Box = CLAIMS) -> dict[str, str]:
    found = diagnose(ALICE, box).findings
    return {each.topic: f"{each.message} {each.snippet}" for each in found if each.state is State.FAILURE}


def test_the_reference_itself_is_well(sandbox):
    assert [each for each in diagnose(ALICE, CLAIMS).findings if each.state is not State.OK] == []


@pytest.mark.parametrize(
    ("dialects", "topics", "setting"),
    [
        (["oldest-first"], {"Order"}, {"order": "oldest_first"}),
        (["cap=5", "oldest-first"], {"Order"}, {"order": "oldest_first"}),
        (["items-key=result.mails"], {"API"}, {"list_keys": ["result.mails"]}),
        (["box-address"], {"Hidden"}, {"box_addresses": ["claims01@contact-centre.example"]}),
        (
            ["nested"],
            {"date", "direction", "text"},
            {
                "message_fields": {
                    "date": ["content.date"],
                    "direction": ["content.direction"],
                    "text": ["content.bodyAsPlainText"],
                }
            },
        ),
    ],
)
def test_a_dialect_is_found_and_its_setting_mends_it(sandbox, settings, dialects, topics, setting):
    sandbox.dialect(*dialects)
    assert failures().keys() == topics
    settings.SECUREMAIL_DIALECT = json.dumps(setting)
    assert failures() == {}


@pytest.mark.parametrize(
    "dialect",
    [
        "contact-server",
        *(
            pytest.param(dialect, marks=pytest.mark.proof)
            for dialect in ("cap=5", "string-flags", "html-in-text")
        ),
        *(
            pytest.param(dialect, marks=pytest.mark.proof)
            for dialect in ("dates=epoch", "unknown-contact=list")
        ),
    ],
)
def test_a_dialect_that_needs_no_setting_is_no_failure(sandbox, dialect):
    sandbox.dialect(dialect)
    assert failures() == {}


@pytest.mark.parametrize(
    "form", ["envelope", "empty", *(pytest.param(form, marks=pytest.mark.proof) for form in ("page", "json"))]
)
def test_a_missing_api_is_no_empty_inbox(sandbox, form):
    sandbox.dialect(f"missing-api={form}")
    assert "there is no Secure Email API" in failures()["API"]


def test_a_box_under_its_title_is_hidden_until_that_is_declared(sandbox):
    sandbox.dialect("securebox-name=title")
    assert "14 of the 14 listed messages are hidden" in failures()["Hidden"]
    assert failures(Box(CLAIMS.name, aliases=("Claims01 department",))) == {}


def test_nothing_is_marked_as_read(sandbox):
    diagnose(ALICE, CLAIMS)
    assert diagnose(ALICE, CLAIMS).steps.rows[1][::2] == ("count unread", "works: 3")
