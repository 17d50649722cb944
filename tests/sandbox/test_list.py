import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.helpers import ALICE, BOB, assert_refused, listed, send, subjects
from tests.support.sandbox import Sandbox

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def add_numbered(sandbox: Sandbox, count: int) -> None:
    """Messages with the subjects "0", "1" and so on, each a day newer than the one before."""
    days = [{"subject": str(n), "date": (MONDAY + timedelta(days=n)).isoformat()} for n in range(count)]
    sandbox.add_many([{"address": ALICE, "text": "x"} | day for day in days])


def test_the_newest_message_comes_first(sandbox):
    add_numbered(sandbox, 3)
    assert subjects(sandbox) == ["2", "1", "0"]


def test_of_two_messages_with_the_same_date_the_one_stored_later_comes_first(sandbox):
    sandbox.add(ALICE, "stored first", date=MONDAY)
    sandbox.add(ALICE, "stored second", date=MONDAY)
    assert subjects(sandbox) == ["stored second", "stored first"]


def test_ten_messages_are_listed_unless_a_count_is_given(sandbox):
    add_numbered(sandbox, 12)
    assert len(listed(sandbox)) == 10
    assert len(listed(sandbox, count=12)) == 12
    assert listed(sandbox, count=0) == []


def test_the_index_counts_messages_and_not_pages(sandbox):
    add_numbered(sandbox, 5)
    assert subjects(sandbox, index=1, count=2) == ["3", "2"]
    assert subjects(sandbox, index=5) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [("all", ["new", "seen"]), ("unread", ["new"]), ("read", ["seen"])],
)
def test_the_status_chooses_among_read_and_unread(sandbox, status, expected):
    sandbox.add(ALICE, "seen", status="read")
    sandbox.add(ALICE, "new")
    assert subjects(sandbox, status=status) == expected


def test_the_status_is_all_unless_given(sandbox):
    sandbox.add(ALICE, "seen", status="read")
    sandbox.add(ALICE, "new")
    assert subjects(sandbox) == ["new", "seen"]


def test_each_securebox_lists_its_own_messages_only(sandbox):
    sandbox.add(ALICE, "default")
    sandbox.add(ALICE, "claims", securebox="claims")
    assert subjects(sandbox) == ["default"]
    assert subjects(sandbox, securebox="") == ["default"]
    assert subjects(sandbox, securebox="claims") == ["claims"]
    assert subjects(sandbox, securebox="Claims") == []


def test_other_contacts_messages_are_not_listed(sandbox):
    sandbox.add(BOB, "for Bob")
    sandbox.add(ALICE, "for Alice")
    assert subjects(sandbox) == ["for Alice"]


def test_an_address_is_the_same_in_any_case(sandbox):
    sandbox.add("Alice@Example.com", "for Alice")
    assert subjects(sandbox, address="aLICE@example.COM") == ["for Alice"]


def test_an_address_with_a_tag_is_another_address(sandbox):
    sandbox.add(ALICE)
    answer = sandbox.api("GET", "/securemail", query={"address": "alice+tag@example.com"})
    assert_refused(answer, 404, "INVALID_PARAMETER", naming="address")


def test_own_messages_that_no_agent_has_handled_are_listed_as_unread(sandbox):
    send(sandbox, subject="waiting")
    assert subjects(sandbox, status="unread") == ["waiting"]


def test_an_unknown_contact_is_a_404(sandbox):
    answer = sandbox.api("GET", "/securemail", query={"address": ALICE})
    assert_refused(answer, 404, "INVALID_PARAMETER", naming="'address'")


def test_a_contact_whose_last_message_was_purged_stays_known(sandbox):
    mail_id = sandbox.add(ALICE)
    sandbox.api("DELETE", f"/securemail/{mail_id}", query={"remove": "purge"})
    assert sandbox.api("GET", "/securemail", query={"address": ALICE})[1]["data"] == []


def test_an_item_has_all_fields(sandbox):
    mail_id = sandbox.add(ALICE, "Hello", securebox="claims", text="x" * 300, from_name="Robin", date=MONDAY)
    (item,) = listed(sandbox, securebox="claims")
    thread_id = item.pop("threadId")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", thread_id)
    assert item == {
        "id": mail_id,
        "subject": "Hello",
        "from": {"address": "claims@contact-centre.example", "personal": "Robin"},
        "to": [{"address": ALICE, "personal": ""}],
        "date": "2026-11-02T09:00:00.000Z",
        "status": "unread",
        "direction": "outbound",
        "mime": "text/plain",
        "bodyAsPlainText": "x" * 200,
        "parentId": None,
        "securebox": "claims",
    }


def test_an_inbound_item_comes_from_the_consumer(sandbox):
    send(sandbox, firstName="Alice", lastName="Becker")
    (item,) = listed(sandbox)
    assert item["direction"] == "inbound"
    assert item["from"] == {"address": ALICE, "personal": "Alice Becker"}
    assert item["to"] == [{"address": "mail@contact-centre.example", "personal": ""}]


def test_listing_changes_nothing(sandbox):
    sandbox.add(ALICE)
    send(sandbox)
    before = sandbox.messages()
    listed(sandbox)
    assert sandbox.messages() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", ""),
        ("address", "no-address"),
        ("address", "two@at@example.com"),
        ("address", "alice@example.com\r\nbcc: bob@example.com"),
        ("address", "ålice@example.com"),
        ("address", [ALICE, BOB]),
        ("status", "new"),
        ("status", ""),
        ("status", "READ"),
        ("index", "-1"),
        ("index", "one"),
        ("index", "1.5"),
        ("index", "99999999999"),
        ("index", "٣"),
        ("count", "-1"),
        ("count", ""),
        ("count", ["1", "2"]),
        ("securebox", "HR"),
        ("securebox", "seventeenletters1"),
        ("securebox", "with space"),
        ("securebox", "Straße"),
        ("securebox", "claims\n"),
    ],
)
def test_the_error_names_the_invalid_parameter(sandbox, name, value):
    sandbox.add(ALICE)
    answer = sandbox.api("GET", "/securemail", query={"address": ALICE} | {name: value})
    assert_refused(answer, 400, "INVALID_PARAMETER", naming=f"'{name}'")


def test_the_address_is_required(sandbox):
    assert_refused(sandbox.api("GET", "/securemail"), 400, "INVALID_PARAMETER", naming="'address'")


@pytest.mark.parametrize("securebox", ["abc", "ABC123", "sixteenletters16"])
def test_a_securebox_has_3_to_16_letters_and_digits(sandbox, securebox):
    sandbox.add(ALICE, "kept", securebox=securebox)
    assert subjects(sandbox, securebox=securebox) == ["kept"]
