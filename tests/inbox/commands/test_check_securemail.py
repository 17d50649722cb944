"""`manage.py check_securemail`: its output, and the calls that it makes."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import CommandError, call_command

from tests.support.wire import Wire, envelope, hang, reply

COUNTS = [reply(envelope(data={"count": number})) for number in (2, 1, 1)]
OLD = {"id": "m1", "date": "2025-11-01T00:00:00Z", "from": "alice@canary.example", "status": "read"}
NEW = {
    "id": "m2",
    "date": 1762178700,
    "from": {"address": "agent@canary.example", "personal": "Canary"},
    "to": ["alice@canary.example"],
    "subject": "canary",
    "status": "unread",
    "text": "canary",
    "topic": "canary",
    "alice@canary.example": "canary",
    "more": {"inner": 1},
}
USERDATA = {"contract": "canary", "nested": {"a": "canary"}}

Check = Callable[..., str]


@pytest.fixture
def wire(settings) -> Iterator[Wire]:
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        settings.SECUREMAIL_DEADLINE = 0.5
        yield wire


@pytest.fixture
def check(wire: Wire, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*acts: object, fails: str = "") -> str:
        wire.script(*acts)
        if fails:
            with pytest.raises(CommandError, match=fails) as caught:
                call_command("check_securemail", address="alice@canary.example", securebox="claims")
            assert caught.value.returncode == 1
        else:
            call_command("check_securemail", address="alice@canary.example", securebox="claims")
        return capsys.readouterr().out

    return run


@pytest.fixture
def healthy(check: Check) -> str:
    return check(
        *COUNTS,
        reply(envelope(data=[OLD, NEW])),
        reply(envelope(secureMail=NEW)),
        reply(envelope(data=USERDATA)),
    )


def rows(output: str) -> dict[str, str]:
    """The lines by their first word, with white space reduced to single spaces."""
    lines = [" ".join(line.split()) for line in output.splitlines()]
    return {line.partition(" ")[0]: line for line in lines}


def test_every_step_is_printed_with_its_time(healthy: str) -> None:
    for step in ("count all", "count unread", "count read", "list", "get", "userdata"):
        assert f"\n{step} " in healthy
    assert healthy.count(" ms   works: ") == 6
    assert "works: 2 messages" in healthy
    assert "All steps worked." in healthy


def test_it_reads_and_leaves_no_trace(healthy: str, wire: Wire) -> None:
    query = "address=alice%40canary.example&status="
    assert [f"{request.method} {request.target.removeprefix('/nexus/v3')}" for request in wire.requests] == [
        f"GET /securemail/count?{query}all&securebox=claims",
        f"GET /securemail/count?{query}unread&securebox=claims",
        f"GET /securemail/count?{query}read&securebox=claims",
        f"GET /securemail?{query}all&index=0&count=10&securebox=claims",
        "GET /securemail/m2",
        "GET /securemail/m2/userdata",
    ]


def test_it_prints_what_each_key_was_taken_for(healthy: str) -> None:
    found = rows(healthy)
    assert found["date"] == "date date (string or number) date (number)"
    assert found["sender"] == "sender from (string or object) from (object)"
    assert found["direction"] == "direction - -"
    assert found["contract"] == "contract (string)"
    assert found["address"] == "address fromAddress"


def test_it_prints_names_and_never_values(healthy: str) -> None:
    assert "canary" not in healthy.lower()
    assert "(no plain name) (string)" in healthy


def test_it_lists_unknown_keys(healthy: str) -> None:
    listed = healthy.partition("KEYS THAT ARE NOT UNDERSTOOD\n")[2].partition("\n\n")[0]
    assert listed.splitlines() == [
        "topic (string)",
        "(no plain name) (string)",
        "more (object)",
        "more.inner (number)",
    ]


def test_a_missing_field_is_explained_with_a_remedy(check: Check) -> None:
    bare = {"id": "m1", "from": {"mail": "x"}, "topic": "canary"}
    output = check(
        *COUNTS, reply(envelope(data=[bare])), reply(envelope(data=bare)), reply(envelope(data={}))
    )
    found = rows(output.partition("WHAT IT MEANS FOR CONSUMERS")[2].partition("\n\n")[0])
    assert found["subject"].endswith("is shown without a subject (looked for subject)")
    assert {"sender", "date", "unread", "direction", "text"} <= set(found)
    assert 'SECUREMAIL_MESSAGE_FIELDS={"subject": ["topic"]}' in output
    assert rows(output)["sender"].startswith("sender nobody")
    assert "not usable: from (object)" in output


def test_overrides_show_their_effect(check: Check, settings) -> None:
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subject": ["topic"], "text": ["more.inner", "text"]}
    settings.SECUREMAIL_COMPOSE_FIELDS = {"text": "body", "first_name": ""}
    output = check(
        *COUNTS, reply(envelope(data=[NEW])), reply(envelope(secureMail=NEW)), reply(envelope(data={}))
    )
    found = rows(output)
    assert found["subject*"] == "subject* topic (string) topic (string)"
    assert found["text*"] == "text* body"
    assert found["first_name*"] == "first_name* left out"
    assert "more" not in found
    assert "* as set in SECUREMAIL_MESSAGE_FIELDS\n" in output
    assert "* as set in SECUREMAIL_COMPOSE_FIELDS\n" in output


def test_a_contact_without_messages_is_not_an_error(check: Check, wire: Wire) -> None:
    output = check(reply(envelope("FAILURE"), 404))
    assert "There is no message to look at." in output
    assert len(wire.requests) == 4


def test_messages_without_an_id_are_an_error(check: Check) -> None:
    output = check(
        *COUNTS, reply(envelope(data=[{"subject": "canary"}])), fails="messages without a usable id"
    )
    assert "works: 0 messages, 1 more without a usable id" in output
    assert "id            -" in output


def test_a_refused_key_stops_at_once(check: Check, wire: Wire) -> None:
    output = check(reply({"message": "Forbidden"}, 403), fails="Trouble: count all")
    assert "FAILED: Unauthorised, count: HTTP 403" in output
    assert "Check SECUREMAIL_API_KEY" in output
    assert len(wire.requests) == 1


def test_no_answer_stops_at_once(check: Check, wire: Wire) -> None:
    assert "Check SECUREMAIL_API_URL" in check(hang, fails="Trouble: count all")
    assert len(wire.requests) == 1


def test_an_answer_of_another_shape_is_described(check: Check) -> None:
    answer = envelope(data=NEW)
    output = check(*COUNTS, reply(answer), fails="Trouble: list")
    assert "It held: referenceId (string), operationId (string), status (object)" in output
    assert "canary" not in output.lower()


def test_an_html_page_is_not_taken_for_the_api(check: Check) -> None:
    output = check(
        reply(b"<title>canary</title>"), fails="Trouble: count all, count unread, count read, list"
    )
    assert output.count("Check that SECUREMAIL_API_URL ends in /nexus/v3") == 1
    assert "canary" not in output


def test_a_message_that_cannot_be_fetched_is_an_error(check: Check) -> None:
    output = check(
        *COUNTS, reply(envelope(data=[NEW])), reply(envelope("FAILURE"), 400), fails="Trouble: get, userdata"
    )
    assert "Check which key is taken for the id." in output


def test_a_wrong_setting_is_named(check: Check, settings, wire: Wire) -> None:
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subjct": ["topic"]}
    check(reply({}), fails="no field 'subjct'")
    assert wire.connections == 0


def test_a_wrong_argument_is_named(wire: Wire) -> None:
    with pytest.raises(CommandError, match="securebox must be"):
        call_command("check_securemail", address="alice@example.com", securebox="a b")
    assert wire.connections == 0
