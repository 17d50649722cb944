"""All messages of a securebox as a ZIP: whole, whatever happens on the way."""

import email
import gc
import io
import json
import resource
from email import policy
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone, translation

from inbox.keeping import department, turns
from inbox.resilience import channel
from portal.accounts.models import Activity, Consumer
from tests.inbox.helpers import references

ALICE = "alice@example.com"
SAVE = "/inbox/claims/save/"


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    """Nobody saves, and nothing waits."""
    monkeypatch.setattr(turns, "_active", {})
    monkeypatch.setattr(department, "sleep", lambda _seconds: None)


def fill(sandbox, number, **more):
    return sandbox.add_many(
        [
            {
                "address": ALICE,
                "securebox": "Claims01",
                "subject": f"Letter {at}",
                "text": f"Words of letter {at}. " * 20,
                "date": f"2024-11-{at % 28 + 1:02}T12:00:00Z",
                "direction": "inbound" if at % 3 == 0 else "outbound",
                **more,
            }
            for at in range(number)
        ]
    )


def saved(browser, address=SAVE, between=None, **fields):
    """The ZIP; `between` is called after its first piece."""
    response = browser.post(address, fields)
    assert response.status_code == 200, response.content.decode()
    pieces = iter(response.streaming_content)
    content = next(pieces)
    if between:
        between()
    return ZipFile(io.BytesIO(content + b"".join(pieces)))


def hang_up(response):
    """As a server does when the client is gone; without the signal, which would close the test's own connection."""
    for close in response._resource_closers:
        close()


def words(archive, name="INCOMPLETE.txt"):
    return archive.read(name).decode() if name in archive.namelist() else ""


def emails(archive):
    found = [name for name in archive.namelist() if name.endswith(".eml")]
    return [email.message_from_bytes(archive.read(name), policy=policy.default) for name in found]


def test_it_holds_each_message_as_page_and_email_and_a_table_of_contents(alice_client, sandbox):
    fill(sandbox, 7)
    sandbox.forget_calls()
    archive = saved(alice_client)
    assert archive.testzip() is None and len(archive.namelist()) == len(set(archive.namelist())) == 15
    assert {one["Subject"] for one in emails(archive)} == {f"Letter {at}" for at in range(7)}
    assert all(
        "Words of letter" in one.get_content() and len(one.get_content()) > 300 for one in emails(archive)
    )
    index = words(archive, "index.html")
    linked = {unquote(unescape(part.split('"')[0])) for part in index.split('href="')[1:]}
    assert linked == set(archive.namelist()) - {"index.html"}
    assert "7 messages, saved for alice@example.com." in index
    calls = [call["operation"] for call in sandbox.calls()]
    assert (calls.count("list"), calls.count("get"), calls.count("count")) == (1, 7, 2)
    assert all("read" not in call["query"] for call in sandbox.calls("get"))


def test_it_is_in_the_activity_log_before_its_first_byte(alice_client, sandbox):
    fill(sandbox, 1)
    response = alice_client.post(SAVE)
    assert list(Activity.objects.values_list("event", "box", "detail")) == [
        ("exported", "Claims", "department")
    ]
    hang_up(response)


def test_progress_is_told_while_it_goes_on(alice_client, sandbox):
    fill(sandbox, 5)
    told = []
    ticket = "a" * 24
    archive = saved(alice_client, ticket=ticket, between=lambda: told.append(state(alice_client, ticket)))
    assert told[0]["state"] == "running" and told[0]["text"].endswith(" of about 5 messages")
    assert state(alice_client, ticket)["text"].startswith("5 messages saved.")
    assert words(archive) == ""


def state(browser, ticket):
    return json.loads(browser.get(f"{SAVE}state.json?ticket={ticket}").content)


def test_a_message_that_fails_is_named_and_the_others_are_there(alice_client, sandbox):
    fill(sandbox, 4)
    sandbox.fault("status", status=500, operation="get", times=2)
    sandbox.add(ALICE, "Newest", securebox="Claims01")
    archive = saved(alice_client)
    assert len(emails(archive)) == 5 and words(archive) == ""


def test_what_fails_again_and_again_is_named(alice_client, sandbox, monkeypatch):
    ids = fill(sandbox, 4, subject="Bad\r\nletter")
    sandbox.reset()
    ids = fill(sandbox, 4)
    opened = department._opened
    bad = references(alice_client)[1]

    def broken(mailbox, reference):
        if reference == bad:
            raise department.Unavailable("get")
        return opened(mailbox, reference)

    monkeypatch.setattr(department, "_opened", broken)
    archive = saved(alice_client)
    assert len(ids) == 4 and len(emails(archive)) == 3
    assert "1 message couldn’t be loaded." in words(archive) and ": Letter 2" in words(archive)
    assert "INCOMPLETE.txt" in words(archive, "index.html")


def test_a_message_that_is_deleted_meanwhile_is_left_out(alice_client, sandbox):
    fill(sandbox, 5)
    response = alice_client.post(SAVE)
    pieces = iter(response.streaming_content)
    content = next(pieces)
    last = references(alice_client)[-2]  # The last is the consumer's own.
    alice_client.post(f"/inbox/claims/{last}/delete/")
    archive = ZipFile(io.BytesIO(content + b"".join(pieces)))
    hang_up(response)
    assert len(emails(archive)) in (4, 5) and archive.testzip() is None


def test_if_the_api_dies_the_zip_ends_well_and_says_how_to_go_on(alice_client, sandbox, monkeypatch):
    monkeypatch.setattr(department, "PAGE", 3)
    fill(sandbox, 9)
    archive = saved(alice_client, between=lambda: sandbox.fault("close"))
    assert archive.testzip() is None and 0 < len(emails(archive)) < 9
    said = words(archive)
    assert "Our messaging system stopped answering" in said and "of about 9 messages" in said
    sandbox.heal()
    channel.reset()
    rest = said.split("http://testserver")[1].split()[0]
    page = alice_client.get(rest).content.decode()
    assert "the rest of a file" in page
    fields = dict(part.split("=") for part in rest.partition("?")[2].split("&"))
    more = saved(alice_client, **fields)
    assert {one["Subject"] for one in emails(archive) + emails(more)} == {f"Letter {at}" for at in range(9)}


def test_without_the_api_there_is_no_file_but_a_page_that_says_so(alice_client, sandbox):
    sandbox.fault("close")
    assert alice_client.post(SAVE).status_code == 503
    assert turns._active == {} and not Activity.objects.exists()


@pytest.mark.parametrize(
    "change", ["session", *(pytest.param(what, marks=pytest.mark.proof) for what in ("account", "box"))]
)
def test_who_may_no_longer_see_them_gets_no_more(alice_client, alice, claims, sandbox, change):
    fill(sandbox, 9)

    def revoke():
        match change:
            case "session":
                Session.objects.all().delete()
                alice_client.session.model.objects.all().delete()
            case "account":
                alice.__class__.objects.filter(pk=alice.pk).update(is_active=False)
            case "box":
                claims.consumers.remove(alice)

    archive = saved(alice_client, between=revoke)
    assert archive.testzip() is None and len(emails(archive)) <= 3
    assert "You were signed out while we were saving, or your access" in words(archive)


def test_a_client_that_hangs_up_leaves_nothing_behind(alice_client, sandbox):
    fill(sandbox, 9)
    response = alice_client.post(SAVE)
    next(iter(response.streaming_content))
    sandbox.forget_calls()
    hang_up(response)
    assert sandbox.calls() == [] and turns._active == {}
    assert saved(alice_client).testzip() is None


def test_a_client_that_hangs_up_leaves_its_time_zone_and_language_to_no_other(alice, alice_client, sandbox):
    fill(sandbox, 9)
    Consumer.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    with translation.override("en-gb"):
        response = alice_client.post(SAVE)
    before = timezone.get_current_timezone_name(), translation.get_language()
    next(iter(response.streaming_content))
    hang_up(response)
    del response
    gc.collect()
    assert (timezone.get_current_timezone_name(), translation.get_language()) == before


def test_an_answer_that_is_never_read_gives_its_turn_back(alice_client, sandbox):
    fill(sandbox, 1)
    hang_up(alice_client.post(SAVE))
    assert turns._active == {}


def test_a_second_one_of_the_same_person_is_refused_in_words(alice_client, sandbox):
    fill(sandbox, 3)
    first = alice_client.post(SAVE)
    second = alice_client.post(SAVE)
    assert second.status_code == 429 and "already saving messages" in second.content.decode()
    hang_up(first)


def test_when_too_many_save_it_says_when_to_come_back(alice_client, sandbox, settings, monkeypatch):
    monkeypatch.setattr(turns, "_active", {"x": -1, "y": -2})
    fill(sandbox, 1)
    response = alice_client.post(SAVE)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "Many people are saving their messages" in response.content.decode()


def test_one_file_holds_only_so_many(alice_client, sandbox, settings):
    settings.PORTAL_SAVE_MESSAGES = 3
    fill(sandbox, 8)
    assert "One file holds up to 3 messages" in alice_client.get(SAVE).content.decode()
    archive = saved(alice_client)
    assert len(emails(archive)) == 3 and "can’t hold more messages than this" in words(archive)


def test_it_can_be_switched_off(alice_client, sandbox, settings):
    settings.PORTAL_SAVES_AT_ONCE = 0
    fill(sandbox, 1)
    assert alice_client.get(SAVE).status_code == alice_client.post(SAVE).status_code == 404
    assert (
        SAVE
        not in alice_client.get("/inbox/claims/").content.decode()
        + alice_client.get("/accounts/").content.decode()
    )


def test_where_lists_are_whole_no_message_is_asked_for(alice_client, sandbox, settings):
    sandbox.dialect("full-list")
    settings.SECUREMAIL_DIALECT = {"whole_lists": True}
    fill(sandbox, 4)
    archive = saved(alice_client)
    assert sandbox.calls("get") == [] and all(len(one.get_content()) > 300 for one in emails(archive))


def test_a_fault_of_ours_ends_the_file_well_too(alice_client, sandbox, monkeypatch):
    monkeypatch.setattr(department, "copy_of", lambda *_arguments: 1 / 0)
    fill(sandbox, 2)
    assert "2 messages couldn’t be loaded." in words(saved(alice_client))
    monkeypatch.setattr(department.Department, "_page", lambda *_arguments: 1 / 0)
    assert "Something went wrong on our side" in words(saved(alice_client))


def test_the_page_says_what_the_file_will_hold_with_one_call(alice_client, sandbox):
    fill(sandbox, 4)
    alice_client.get("/")
    sandbox.forget_calls()
    html = alice_client.get(SAVE).content.decode()
    assert "About 4 messages, received and sent" in html
    assert [call["operation"] for call in sandbox.calls()] == ["count"]


@pytest.mark.proof
def test_five_thousand_messages_take_no_more_memory_than_their_list(alice_client, sandbox, settings):
    sandbox.dialect("full-list")
    settings.SECUREMAIL_DIALECT = {"whole_lists": True}  # Without a call for each, which takes no memory.
    for _round in range(10):
        fill(sandbox, 500, text="Words. " * 1_000)
    response = alice_client.post(SAVE)
    before, most, length = resident(), 0, 0
    for piece in response.streaming_content:
        length, most = length + len(piece), max(most, resident())
    assert length > 5_000 * 500 and most - before < 64 * 1024 * 1024


def resident():
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
