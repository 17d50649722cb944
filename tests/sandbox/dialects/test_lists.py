"""Lists of an API that caps them, begins with the oldest, or keeps its messages elsewhere."""

import pytest

from tests.sandbox.helpers import ALICE, listed, subjects


@pytest.fixture
def five_messages(sandbox):
    for day in range(1, 6):
        sandbox.add(ALICE, f"day {day}", date=f"2026-01-0{day}T08:00:00Z")


@pytest.mark.usefixtures("five_messages")
def test_a_cap_shortens_a_list_and_nothing_else(sandbox):
    sandbox.dialect("cap=2")
    assert subjects(sandbox) == ["day 5", "day 4"]
    assert subjects(sandbox, index=2, count=11) == ["day 3", "day 2"]
    assert subjects(sandbox, index=4, count=11) == ["day 1"]
    assert subjects(sandbox, count=1) == ["day 5"]
    assert sandbox.api("GET", "/securemail/count", query={"address": ALICE})[1]["data"] == {"count": 5}


@pytest.mark.usefixtures("five_messages")
def test_the_oldest_first_turns_the_whole_list_around(sandbox):
    sandbox.dialect("oldest-first")
    assert subjects(sandbox, count=2) == ["day 1", "day 2"]
    assert subjects(sandbox, index=3) == ["day 4", "day 5"]


@pytest.mark.usefixtures("five_messages")
def test_messages_of_one_moment_are_turned_around_too(sandbox):
    for name in "ab":
        sandbox.add(ALICE, name, date="2026-01-09T08:00:00Z")
    newest_first = subjects(sandbox)
    sandbox.dialect("oldest-first")
    assert subjects(sandbox) == newest_first[::-1]


def test_a_full_list_holds_whole_messages(sandbox):
    sandbox.add(ALICE, text="x" * 300, html="<p>Hello</p>")
    assert "body" not in listed(sandbox)[0]
    sandbox.dialect("full-list")
    (mail,) = listed(sandbox)
    assert (mail["body"], mail["bodyAsPlainText"], mail["attachments"]) == ("<p>Hello</p>", "x" * 300, [])


@pytest.mark.parametrize(("key", "path"), [("messages", ["messages"]), ("data.items", ["data", "items"])])
def test_a_list_can_be_under_another_key(sandbox, key, path):
    sandbox.add(ALICE, "here")
    sandbox.dialect(f"items-key={key}")
    _, answer = sandbox.api("GET", "/securemail", query={"address": ALICE})
    found = answer
    for each in path:
        found = found[each]
    assert [mail["subject"] for mail in found] == ["here"]
    assert answer["status"]["code"] == "SUCCESS"
