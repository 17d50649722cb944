"""What the six operations send, and what they return for the responses that the API's reference documents."""

import pytest

from inbox.securemail import Listing, NewMessage, SecureMailClient, Sent
from portal import request_context
from tests.securemail.conftest import KEY, MakeClient
from tests.support.wire import Wire, envelope, reply

ALICE = "alice+tag@example.com"
ID = "bff348eb-dd5f-47d6-bf96-0e75b8ecf7ca"
NEW_MESSAGE = NewMessage(
    address=ALICE, first_name="Alice", last_name="Ames", subject="Claim", text="Dear all,\n…"
)


def test_list_sends_every_parameter(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[])))
    client.list_messages(ALICE, "claims", status="unread", index=20, count=11)
    assert (wire.request.method, wire.request.path) == ("GET", "/nexus/v3/securemail")
    assert wire.request.query == [
        ("address", ALICE),
        ("status", "unread"),
        ("index", "20"),
        ("count", "11"),
        ("securebox", "claims"),
    ]
    assert wire.request.body == b""


def test_a_list_is_never_longer_than_requested(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[{"id": f"m{number}"} for number in range(1_000)])))
    assert [message.id for message in client.list_messages(ALICE, count=3).messages] == ["m0", "m1", "m2"]


def test_the_plus_in_an_address_is_percent_encoded(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[])))
    client.list_messages(ALICE)
    assert wire.request.target.endswith(
        "/securemail?address=alice%2Btag%40example.com&status=all&index=0&count=10"
    )


def test_the_default_box_is_sent_without_a_name(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data={"count": 2})))
    client.count(ALICE, status="read")
    assert wire.request.query == [("address", ALICE), ("status", "read")]


def test_count_has_its_own_path(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data={"count": 20})))
    assert client.count(ALICE, "claims", status="unread") == 20
    assert (wire.request.method, wire.request.path) == ("GET", "/nexus/v3/securemail/count")
    assert wire.request.query == [("address", ALICE), ("status", "unread"), ("securebox", "claims")]


def test_send_posts_the_message_and_the_operation_id(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId=ID, selfUri=f"/nexus/v3/securemail/{ID}")))
    sent = client.send(NEW_MESSAGE, "claims", operation_id="op-1")
    assert (wire.request.method, wire.request.target) == ("POST", "/nexus/v3/securemail?securebox=claims")
    assert wire.request.json == {
        "data": {
            "fromAddress": ALICE,
            "firstName": "Alice",
            "lastName": "Ames",
            "subject": "Claim",
            "text": "Dear all,\n…",
        },
        "operationId": "op-1",
    }
    assert sent == Sent(id=ID, operation_id="op-1", self_uri=f"/nexus/v3/securemail/{ID}")


def test_send_to_the_default_box_has_no_query(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId=ID)))
    client.send(NEW_MESSAGE, operation_id="op-1")
    assert wire.request.target == "/nexus/v3/securemail"


def test_a_name_that_a_person_does_not_have_is_not_sent(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId=ID)))
    client.send(NEW_MESSAGE.model_copy(update={"last_name": ""}), operation_id="op-1")
    assert wire.request.json["data"].keys() == {"fromAddress", "firstName", "subject", "text"}


def test_userdata_is_sent_if_there_is_any(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId=ID)))
    client.send(NEW_MESSAGE.model_copy(update={"user_data": {"contract": "4711"}}), operation_id="op-1")
    assert wire.request.json["data"]["userData"] == {"contract": "4711"}


def test_get_does_not_mark_as_read(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMail={"id": ID, "subject": "Hello"})))
    assert client.get(ID, address=ALICE).subject == "Hello"
    assert (wire.request.method, wire.request.target) == ("GET", f"/nexus/v3/securemail/{ID}")


def test_get_marks_as_read_on_request(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMail={"id": ID})))
    client.get(ID, address=ALICE, read=True)
    assert wire.request.target == f"/nexus/v3/securemail/{ID}?read=true"


@pytest.mark.parametrize("how", ["read", "delete", "purge"])
def test_remove_always_sends_the_kind(client: SecureMailClient, wire: Wire, how: str) -> None:
    wire.script(reply(envelope(secureMail={})))
    client.remove(ID, how)  # type: ignore[arg-type]
    assert (wire.request.method, wire.request.target) == ("DELETE", f"/nexus/v3/securemail/{ID}?remove={how}")
    assert wire.request.body == b""


def test_userdata_returns_single_values_as_text(client: SecureMailClient, wire: Wire) -> None:
    data = {"contract": "4711", "amount": 12.5, "open": True, "none": None, "nested": {"a": 1}, "list": ["a"]}
    wire.script(reply(envelope(data=data)))
    assert client.userdata(ID) == {"contract": "4711", "amount": "12.5", "open": "true"}
    assert (wire.request.method, wire.request.path) == ("GET", f"/nexus/v3/securemail/{ID}/userdata")
    assert wire.request.query == []


def test_every_request_carries_the_key_and_asks_for_plain_json(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data=[])))
    request_id = request_context.begin().id
    client.list_messages(ALICE)
    assert wire.request.headers == {
        "Host": f"127.0.0.1:{wire.port}",
        "User-Agent": "securebox-portal",
        "Accept-Encoding": "identity",
        "Accept": "application/json",
        "x-api-key": KEY,
        "X-Request-Id": request_id,
        "Content-Type": "application/json",
    }


def test_two_calls_share_a_connection(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data={"count": 1})))
    client.count(ALICE)
    client.count(ALICE)
    assert [request.connection for request in wire.requests] == [1, 1]


def test_a_contact_that_the_api_does_not_know_has_an_empty_inbox(
    client: SecureMailClient, wire: Wire
) -> None:
    wire.script(reply(envelope("FAILURE"), 404))
    assert client.list_messages(ALICE) == Listing()
    assert client.count(ALICE) == 0


@pytest.mark.parametrize("operation_id", [{}, {"operationId": "op-1"}, 7, None, ["op-1"]])
def test_an_operation_id_of_any_type_is_accepted(
    client: SecureMailClient, wire: Wire, operation_id: object
) -> None:
    wire.script(reply({**envelope(secureMailId=ID), "operationId": operation_id, "referenceId": {}}))
    assert client.send(NEW_MESSAGE, operation_id="op-1") == Sent(id=ID)


def test_a_message_counts_as_sent_without_an_id_in_the_response(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(secureMailId="../../etc", selfUri=None)))
    assert client.send(NEW_MESSAGE, operation_id="op-1") == Sent(operation_id="op-1")


BAD_IDS = ["", "a/b", "..", "-a", "a b", "a?read=true", "a\r\nb", "a\n", "é", "a" * 129, "%2e%2e"]
BAD_BOXES = ["hr", "a" * 17, "HR&address=x", "cla ims", "claims\n", "clàims"]
BAD_ADDRESSES = ["", "alice", "@", "alice@", "al ice@example.com", "alice@example.com\n", "ålice@example.com"]


@pytest.mark.parametrize("message_id", BAD_IDS)
def test_an_invalid_id_is_never_sent(client: SecureMailClient, wire: Wire, message_id: str) -> None:
    for call in (
        lambda: client.get(message_id, address=ALICE),
        lambda: client.remove(message_id, "read"),
        lambda: client.userdata(message_id),
    ):
        with pytest.raises(ValueError, match="message_id"):
            call()
    assert wire.connections == 0


@pytest.mark.parametrize("securebox", BAD_BOXES)
def test_an_invalid_securebox_is_never_sent(client: SecureMailClient, wire: Wire, securebox: str) -> None:
    for call in (
        lambda: client.list_messages(ALICE, securebox),
        lambda: client.count(ALICE, securebox),
        lambda: client.send(NEW_MESSAGE, securebox, operation_id="op-1"),
    ):
        with pytest.raises(ValueError, match="securebox"):
            call()
    assert wire.connections == 0


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_invalid_address_is_never_sent(client: SecureMailClient, wire: Wire, address: str) -> None:
    message = NEW_MESSAGE.model_copy(update={"address": address})
    for call in (
        lambda: client.list_messages(address),
        lambda: client.count(address),
        lambda: client.send(message, operation_id="op-1"),
    ):
        with pytest.raises(ValueError, match="address must be"):
            call()
    assert wire.connections == 0


def test_other_invalid_arguments_are_never_sent(client: SecureMailClient, wire: Wire) -> None:
    for call in (
        lambda: client.list_messages(ALICE, index=-1),
        lambda: client.list_messages(ALICE, count=0),
        lambda: client.count(ALICE, status="new"),  # type: ignore[arg-type]
        lambda: client.remove(ID, "true"),  # type: ignore[arg-type]
        lambda: client.send(NEW_MESSAGE, operation_id=""),
        lambda: client.send(NEW_MESSAGE, operation_id="op\r\n1"),
    ):
        with pytest.raises(ValueError, match="must be"):
            call()
    assert wire.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com/nexus/v3",
        "ftp://api.example.com/nexus/v3",
        "http://api.example.com/nexus/v3",
        "https://key@api.example.com/nexus/v3",
        "https://api.example.com/nexus/v3?x=1",
        "https://api.example.com/nexus/v3#x",
        "https://äpi.example.com/nexus/v3",
        "https://api.example.com/ne xus",
        "https://api.example.com/nex\nus",
        "https://api.example.com\\@127.0.0.1/nexus/v3",
        "http://127.0.0.1@api.example.com/nexus/v3",
        "http://127.0.0.1.example.com/nexus/v3",
        "https://api.example.com:port/nexus/v3",
    ],
)
def test_a_base_url_that_would_give_the_key_away_is_refused(make_client: MakeClient, url: str) -> None:
    with pytest.raises(ValueError, match="url must be"):
        make_client(url)


@pytest.mark.parametrize(
    "url", ["http://[::1]:8001/nexus/v3", "http://localhost/nexus/v3/", "https://api.example.com"]
)
def test_plain_http_is_accepted_only_on_loopback(make_client: MakeClient, url: str) -> None:
    make_client(url)


@pytest.mark.parametrize("key", ["", "two words", "line\r\nx-admin: 1", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused(make_client: MakeClient, key: str) -> None:
    with pytest.raises(ValueError, match="keys must be"):
        make_client(keys=(key,))
