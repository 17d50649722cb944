"""Sent messages in another form, with more in them than the sandbox needs, or as answers."""

from tests.sandbox.helpers import ALICE, BOB, assert_refused, send, stored

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_an_answer_can_name_its_question_and_joins_its_thread(sandbox):
    question = sandbox.add(ALICE, securebox="claims")
    sandbox.dialect("parent-id")
    answer = stored(sandbox, send(sandbox, securebox="claims", parentId=question))
    assert answer["parent_id"] == question
    assert answer["thread_id"] == stored(sandbox, question)["thread_id"]
    assert "_parentId" not in answer["userdata"]
    assert stored(sandbox, send(sandbox, securebox="claims"))["parent_id"] is None


def test_without_that_dialect_a_parent_is_an_unknown_field(sandbox):
    answer = stored(sandbox, send(sandbox, parentId=sandbox.add(ALICE)))
    assert answer["parent_id"] is None
    assert "_parentId" in answer["userdata"]


def test_an_answer_to_what_is_not_the_contacts_own_is_refused(sandbox):
    others = [sandbox.add(BOB), sandbox.add(ALICE, securebox="claims"), NOBODY]
    sandbox.dialect("parent-id")
    for parent in others:
        body = {"data": {"fromAddress": ALICE, "parentId": parent}}
        answer = sandbox.api("POST", "/securemail", body=body)
        assert_refused(answer, 400, "INVALID_PARAMETER", naming="'data.parentId'")
    assert len(sandbox.messages()) == 2


def test_a_field_can_be_required(sandbox):
    sandbox.dialect("required-field=source.channel")
    lacking = {"data": {"fromAddress": ALICE, "source": {"name": "web"}}}
    answer = sandbox.api("POST", "/securemail", body=lacking)
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'data.source.channel'")
    send(sandbox, source={"channel": "portal"})
    assert len(sandbox.messages()) == 1


def test_a_sent_message_can_have_a_contact_servers_fields(sandbox):
    sandbox.dialect("contact-server")
    attributes = {"Subject": "Hail", "FirstName": "Alice", "LastName": "Becker"}
    body = {"data": {"from_address": ALICE, "attributes": attributes, "text": "On my car"}}
    mail = stored(sandbox, sandbox.api("POST", "/securemail", body=body)[1]["secureMailId"])
    assert (mail["address"], mail["subject"], mail["text"]) == (ALICE, "Hail", "On my car")
    assert mail["from_name"] == "Alice Becker"
    assert sandbox.calls("send")[0]["address"] == ALICE


def test_a_sent_message_can_be_nested(sandbox):
    sandbox.dialect("nested")
    content = {"fromAddress": ALICE, "subject": "Hail", "text": "On my car"}
    answer = sandbox.api("POST", "/securemail", body={"data": {"content": content, "source": "web"}})
    mail = stored(sandbox, answer[1]["secureMailId"])
    assert (mail["address"], mail["subject"], mail["text"]) == (ALICE, "Hail", "On my car")
    assert mail["userdata"]["_source"] == "web"


def test_both_forms_can_be_combined(sandbox):
    sandbox.dialect("contact-server", "nested", "parent-id")
    question = sandbox.add(ALICE)
    content = {"from_address": ALICE, "attributes": {"Subject": "Hail"}, "parent_id": question}
    answer = sandbox.api("POST", "/securemail", body={"data": {"content": content}})
    mail = stored(sandbox, answer[1]["secureMailId"])
    assert (mail["address"], mail["subject"], mail["parent_id"]) == (ALICE, "Hail", question)
