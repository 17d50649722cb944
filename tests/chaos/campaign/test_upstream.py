"""The campaign's upstream, tested over HTTP without the portal."""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos.campaign.reading import READ_FAULTS
from tests.chaos.campaign.send_faults import SEND_FAULTS
from tests.chaos.campaign.upstream import API_KEY, OUTAGE, Fate, Upstream
from tests.support.patience import await_true

pytestmark = pytest.mark.slow

PATIENCE = 0.03  # Seconds.
KINDS = sorted(SEND_FAULTS)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(seed=1, patience=PATIENCE) as upstream:
        yield upstream


def connect(upstream: Upstream) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", int(upstream.url.split(":")[2].split("/")[0]), timeout=60)


def ask(
    upstream: Upstream, method: str, path: str, body: object = None, key: str = API_KEY
) -> dict[str, Any]:
    line = connect(upstream)
    try:
        sent = None if body is None else json.dumps(body)
        line.request(method, f"/nexus/v3/securemail{path}", sent, {"x-api-key": key})
        return dict(json.loads(line.getresponse().read()))
    finally:
        line.close()


def send(upstream: Upstream, subject: str = "A", operation_id: str = "op-1") -> dict[str, Any]:
    data = {"fromAddress": "anna@example.com", "subject": subject, "text": "Good day", "userData": {"a": "b"}}
    return ask(upstream, "POST", "?securebox=Claims01", {"data": data, "operationId": operation_id})


def listed(upstream: Upstream, more: str = "") -> list[Any]:
    path = f"?address=Anna@example.com&securebox=Claims01{more}"
    return list(ask(upstream, "GET", path)["data"])


def strike(upstream: Upstream, monkeypatch: pytest.MonkeyPatch, kind: str | None) -> None:
    """Let this fault hit each call from now on."""
    monkeypatch.setattr(Fate, "of_send", lambda *_: kind)
    monkeypatch.setattr(Fate, "of_read", lambda *_: kind)


def test_what_was_sent_is_listed_counted_and_read(upstream: Upstream) -> None:
    upstream.heal()
    sent = send(upstream)
    assert sent["operationId"] == "op-1"
    assert [entry["id"] for entry in listed(upstream)] == [sent["secureMailId"]]
    assert ask(upstream, "GET", "/count?address=anna@example.com&securebox=Claims01")["data"] == {"count": 1}
    assert ask(upstream, "GET", f"/{sent['secureMailId']}")["secureMail"]["text"] == "Good day"
    assert ask(upstream, "GET", f"/{sent['secureMailId']}/userdata")["data"] == {"a": "b"}


def test_a_list_is_leafed_through_from_the_newest(upstream: Upstream) -> None:
    upstream.heal()
    for subject in "ABC":
        send(upstream, subject)
    assert [entry["subject"] for entry in listed(upstream, "&index=1&count=1")] == ["B"]


def test_another_securebox_holds_none_of_it(upstream: Upstream) -> None:
    upstream.heal()
    send(upstream)
    assert ask(upstream, "GET", "?address=anna@example.com")["data"] == []


def test_without_the_key_nothing_happens(upstream: Upstream) -> None:
    upstream.heal()
    answer = ask(upstream, "POST", "", {"data": {}, "operationId": "x"}, key="wrong")
    assert answer["status"]["code"] == "INVALID_CLIENT_TOKEN"
    assert upstream.truth.copies() == []


def test_marking_a_message_read_is_noticed(upstream: Upstream) -> None:
    upstream.heal()
    sent = send(upstream)
    ask(upstream, "GET", f"/{sent['secureMailId']}?read=true")
    assert upstream.truth.taken_from_agents == [sent["secureMailId"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_is_kept_where_the_kind_says_so(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    strike(upstream, monkeypatch, kind)
    try:
        answer = send(upstream)
    except (OSError, http.client.HTTPException, ValueError):
        answer = {}
    assert len(upstream.truth.copies()) == kind.startswith("stored")
    assert upstream.seen == {kind: 1}
    assert "stored" in kind or answer.get("status", {}).get("code") != "SUCCESS"


@pytest.mark.parametrize("kind", sorted(READ_FAULTS))
def test_a_struck_list_is_not_the_list(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    strike(upstream, monkeypatch, None)
    for subject in "ABC":
        send(upstream, subject)
    good = listed(upstream)
    strike(upstream, monkeypatch, kind)
    try:
        struck = listed(upstream)
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        struck = []
    assert struck != good


def test_a_message_shown_later_is_listed_once_all_is_well(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.chaos.campaign.send_faults.LONGEST_DELAY", 3600)
    strike(upstream, monkeypatch, "stored, shown later")
    send(upstream)
    strike(upstream, monkeypatch, None)
    assert listed(upstream) == []
    upstream.heal()
    assert len(listed(upstream)) == 1


def test_a_server_that_went_away_refuses_connections_and_comes_back(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream._patience = 1.0
    with contextlib.closing(connect(upstream)) as kept:
        kept.request("GET", "/nexus/v3/securemail?address=a@b.example", headers={"x-api-key": API_KEY})
        kept.getresponse().read()
        strike(upstream, monkeypatch, OUTAGE)
        send(upstream)
        strike(upstream, monkeypatch, None)
        assert kept.sock.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", kept.port)).close()

    def is_back() -> bool:
        with contextlib.suppress(ConnectionError):
            return send(upstream)["status"]["code"] == "SUCCESS"
        return False

    assert await_true(is_back)


def test_each_kind_strikes_the_first_attempt_of_some_message() -> None:
    fate = Fate(seed=7)
    struck = {fate.of_send(f"No. {number}", 0) for number in range(100)}
    assert struck == {*SEND_FAULTS, OUTAGE, None}


def test_the_seed_alone_decides() -> None:
    def fates(seed: int) -> list[str | None]:
        fate = Fate(seed)
        return [fate.of_send(f"No. {number}", attempt) for number in range(50) for attempt in range(3)]

    assert fates(7) == fates(7)
    assert fates(7) != fates(8)
