import pytest

from tests.sandbox.helpers import ALICE, BOB, send, stored


def test_an_added_message_is_stored_with_all_that_was_given(sandbox):
    parent = sandbox.add(ALICE, direction="inbound", securebox="claims")
    given = {
        "address": ALICE,
        "securebox": "claims",
        "direction": "outbound",
        "subject": "Answer",
        "text": "plain",
        "html": "<p>plain</p>",
        "status": "read",
        "routing": "none",
        "from_name": "Robin",
        "userdata": {"_internal": 1},
        "parent_id": parent,
    }
    mail_id = sandbox.control("POST", "/messages", given | {"date": "2026-11-03T10:00:00+01:00"})["id"]
    rest = {"deleted": False, "operation_id": None, "date": "2026-11-03T09:00:00.000Z", "id": mail_id}
    assert stored(sandbox, mail_id) == given | rest | {"thread_id": stored(sandbox, parent)["thread_id"]}


@pytest.mark.parametrize(
    ("message", "routing"),
    [
        ({}, "none"),
        ({"direction": "inbound"}, "waiting"),
        ({"direction": "inbound", "status": "read"}, "answered"),
        ({"direction": "inbound", "routing": "stopped"}, "stopped"),
    ],
)
def test_the_default_routing_fits_direction_and_status(sandbox, message, routing):
    assert stored(sandbox, sandbox.add(ALICE, **message))["routing"] == routing


def test_many_messages_are_added_at_once_and_in_order(sandbox):
    ids = sandbox.add_many([{"address": ALICE, "subject": str(n)} for n in range(50)])
    assert [stored(sandbox, mail_id)["subject"] for mail_id in ids[:3]] == ["0", "1", "2"]
    assert len(sandbox.messages()) == 50


@pytest.mark.parametrize(
    ("message", "naming"),
    [
        ({}, "'address'"),
        ({"address": "nobody"}, "'address'"),
        ({"address": ALICE, "securebox": "x"}, "'securebox'"),
        ({"address": ALICE, "direction": "sideways"}, "'direction'"),
        ({"address": ALICE, "status": "new"}, "'status'"),
        ({"address": ALICE, "date": "yesterday"}, "'date'"),
        ({"address": ALICE, "date": "2026-02-30T10:00:00Z"}, "'date'"),
        ({"address": ALICE, "subject": 7}, "'subject'"),
        ({"address": ALICE, "userdata": []}, "'userdata'"),
        ({"address": ALICE, "parent_id": "none"}, "'parent_id'"),
        ({"address": ALICE, "titel": "x"}, "titel"),
    ],
)
def test_one_invalid_message_refuses_all(sandbox, message, naming):
    with pytest.raises(ValueError, match=naming):
        sandbox.add_many([{"address": BOB}, message])
    assert sandbox.messages() == []


def test_stored_messages_can_be_filtered_by_address_and_securebox(sandbox):
    sandbox.add(ALICE, "one", securebox="claims")
    sandbox.add(ALICE, "two")
    sandbox.add(BOB, "three")

    def found(query: str) -> list[str]:
        return [mail["subject"] for mail in sandbox.control("GET", f"/messages{query}")["messages"]]

    assert found("") == ["three", "two", "one"]
    assert found("?address=ALICE@example.com") == ["two", "one"]
    assert found(f"?address={ALICE}&securebox=claims") == ["one"]
    assert found("?securebox=") == ["three", "two"]


def test_an_answer_belongs_to_its_question(sandbox):
    question = send(sandbox, securebox="claims", subject="Water damage")
    answer = stored(sandbox, sandbox.answer(question, "All is well."))
    assert (answer["subject"], answer["text"]) == ("Re: Water damage", "All is well.")
    assert (answer["direction"], answer["status"], answer["securebox"]) == ("outbound", "unread", "claims")
    assert answer["parent_id"] == question
    assert answer["thread_id"] == stored(sandbox, question)["thread_id"]
    assert (stored(sandbox, question)["routing"], stored(sandbox, question)["status"]) == ("answered", "read")


def test_the_subject_of_an_answer_gets_one_re_only(sandbox):
    assert stored(sandbox, sandbox.answer(send(sandbox, subject="RE: again")))["subject"] == "RE: again"


def test_a_message_is_answered_once(sandbox):
    question = send(sandbox)
    sandbox.answer(question)
    with pytest.raises(ValueError, match="409"):
        sandbox.answer(question)
    assert len(sandbox.messages()) == 2


def test_a_withdrawn_message_cannot_be_answered(sandbox):
    question = send(sandbox)
    sandbox.api("GET", f"/securemail/{question}", query={"read": "true"})
    with pytest.raises(ValueError, match="stopped"):
        sandbox.answer(question)


def test_answering_an_unknown_message_is_a_404(sandbox):
    with pytest.raises(ValueError, match="404"):
        sandbox.answer("none")


def test_each_call_is_logged_with_its_details(sandbox):
    mail_id = sandbox.add(ALICE, securebox="claims")
    sandbox.api("GET", f"/securemail/{mail_id}", query={"read": "true"})
    (call,) = sandbox.calls()
    assert call.pop("at").endswith("Z")
    assert call == {
        "operation": "get",
        "method": "GET",
        "path": f"/nexus/v3/securemail/{mail_id}",
        "query": {"read": "true"},
        "headers": ["accept-encoding", "connection", "content-type", "host", "user-agent", "x-api-key"],
        "body": None,
        "address": ALICE,
        "securebox": "claims",
        "secureMailId": mail_id,
        "status": 200,
    }


def test_a_logged_send_has_its_body_and_its_sender(sandbox):
    mail_id = send(sandbox, securebox="claims")
    (call,) = sandbox.calls("send")
    assert call["body"]["data"]["fromAddress"] == call["address"] == ALICE
    assert (call["securebox"], call["secureMailId"], call["path"]) == ("claims", None, "/nexus/v3/securemail")
    assert stored(sandbox, mail_id)


def test_calls_are_logged_in_order_and_refused_ones_too(sandbox):
    sandbox.api("GET", "/securemail/count", query={"address": ALICE})
    sandbox.api("GET", "/securemail", query={"address": [ALICE, BOB]}, key=None)
    sandbox.api("DELETE", "/securemail/none")
    sandbox.api("GET", "/nowhere")
    assert [(call["operation"], call["status"]) for call in sandbox.calls()] == [
        ("count", 404),
        ("list", 400),
        ("remove", 404),
        (None, 404),
    ]
    assert sandbox.calls("list")[0]["query"] == {"address": [ALICE, BOB]}
    assert "x-api-key" not in sandbox.calls("list")[0]["headers"]


def test_what_is_outside_the_api_is_not_logged(sandbox):
    sandbox.messages()
    sandbox.http("GET", f"{sandbox.root}/desk/")
    assert sandbox.calls() == []


def test_calls_can_be_cleared(sandbox):
    sandbox.api("GET", "/securemail", query={"address": ALICE})
    assert len(sandbox.calls()) == 1
    sandbox.forget_calls()
    assert sandbox.calls() == []


def test_a_reset_deletes_everything(sandbox):
    send(sandbox)
    sandbox.fault("status", operation="send")
    sandbox.reset()
    assert sandbox.messages() == sandbox.calls() == sandbox.control("GET", "/faults")["faults"] == []
    assert sandbox.api("GET", "/securemail", query={"address": ALICE})[0] == 404


@pytest.mark.parametrize("path", ["/messages", "/answer", "/faults", "/reset"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_post_that_another_origins_page_could_make_is_refused(sandbox, path, content_type):
    mail_id = sandbox.add(ALICE)
    url = f"{sandbox.root}/control{path}"
    status, headers, _ = sandbox.http("POST", url, b"{}", {"Content-Type": content_type})
    assert (status, headers["Access-Control-Allow-Origin"]) == (400, None)
    assert [mail["id"] for mail in sandbox.messages()] == [mail_id]


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/messages"), ("GET", "/reset"), ("OPTIONS", "/faults")]
)
def test_another_method_is_a_405(sandbox, method, path):
    assert sandbox.http(method, f"{sandbox.root}/control{path}")[0] == 405


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff", b'{"address": "a@b.example", "address": "c@d.example"}']
)
def test_a_body_must_be_a_json_object(sandbox, body):
    headers = {"Content-Type": "application/json"}
    assert sandbox.http("POST", f"{sandbox.root}/control/messages", body, headers)[0] == 400


def test_an_unknown_control_path_is_a_404_in_json(sandbox):
    status, headers, _ = sandbox.http("GET", f"{sandbox.root}/control/nothing")
    assert (status, headers["Content-Type"]) == (404, "application/json")
