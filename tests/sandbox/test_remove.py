import pytest

from tests.sandbox.helpers import ALICE, Answer, assert_refused, listed, send, stored
from tests.support.sandbox import Sandbox

READS = [{}, {"remove": "read"}, {"remove": "true"}, {"remove": ""}]


def remove(sandbox: Sandbox, mail_id: str, **query: str) -> Answer:
    return sandbox.api("DELETE", f"/securemail/{mail_id}", query=query)


@pytest.mark.parametrize("query", READS)
def test_remove_read_and_its_deprecated_forms_mark_as_read(sandbox, query):
    mail_id = sandbox.add(ALICE)
    http_status, answer = remove(sandbox, mail_id, **query)
    assert (http_status, answer["status"]["code"]) == (200, "SUCCESS")
    assert (answer["secureMail"]["id"], answer["secureMail"]["status"]) == (mail_id, "read")
    assert (stored(sandbox, mail_id)["status"], stored(sandbox, mail_id)["deleted"]) == ("read", False)


@pytest.mark.parametrize("routing", ["waiting", "with_agent", "answered"])
@pytest.mark.parametrize("query", READS)
def test_marking_an_inbound_message_as_read_leaves_its_routing(sandbox, query, routing):
    mail_id = sandbox.add(ALICE, direction="inbound", routing=routing)
    remove(sandbox, mail_id, **query)
    assert (stored(sandbox, mail_id)["status"], stored(sandbox, mail_id)["routing"]) == ("read", routing)


@pytest.mark.parametrize(("routing", "after"), [("waiting", "stopped"), ("answered", "answered")])
@pytest.mark.parametrize("query", READS)
def test_in_a_dialect_it_stops_the_routing(sandbox, query, routing, after):
    sandbox.dialect("remove-read-stops-routing")
    mail_id = sandbox.add(ALICE, direction="inbound", routing=routing)
    remove(sandbox, mail_id, **query)
    assert (stored(sandbox, mail_id)["status"], stored(sandbox, mail_id)["routing"]) == ("read", after)


def test_delete_takes_a_message_off_the_list_and_keeps_it(sandbox):
    mail_id = sandbox.add(ALICE, "kept")
    _, answer = remove(sandbox, mail_id, remove="delete")
    assert answer["secureMail"]["subject"] == "kept"
    assert listed(sandbox) == []
    assert stored(sandbox, mail_id)["deleted"] is True
    assert stored(sandbox, mail_id)["status"] == "unread"


def test_deleting_twice_is_no_error(sandbox):
    mail_id = sandbox.add(ALICE)
    assert [remove(sandbox, mail_id, remove="delete")[0] for _ in "ab"] == [200, 200]


def test_deleting_a_waiting_message_leaves_it_with_the_agents(sandbox):
    mail_id = send(sandbox)
    remove(sandbox, mail_id, remove="delete")
    assert stored(sandbox, mail_id)["routing"] == "waiting"


def test_purge_deletes_a_message_and_returns_it_once_more(sandbox):
    mail_id = sandbox.add(ALICE, "gone")
    _, answer = remove(sandbox, mail_id, remove="purge")
    assert answer["secureMail"]["subject"] == "gone"
    assert sandbox.messages() == []
    assert sandbox.api("GET", f"/securemail/{mail_id}")[0] == 400


def test_purge_leaves_other_messages_of_the_conversation(sandbox):
    question = send(sandbox)
    answer = sandbox.answer(question)
    remove(sandbox, question, remove="purge")
    assert [mail["id"] for mail in sandbox.messages()] == [answer]
    assert stored(sandbox, answer)["parent_id"] == question


@pytest.mark.parametrize("kind", ["read", "delete", "purge"])
def test_a_missing_message_is_a_404(sandbox, kind):
    mail_id = sandbox.add(ALICE)
    remove(sandbox, mail_id, remove="purge")
    answer = remove(sandbox, mail_id, remove=kind)
    assert_refused(answer, 404, "INVALID_PARAMETER", naming="'secureMailId'")


@pytest.mark.parametrize("kind", ["Delete", "false", "all", ["read", "purge"]])
def test_an_invalid_remove_is_refused_and_changes_nothing(sandbox, kind):
    mail_id = sandbox.add(ALICE)
    before = stored(sandbox, mail_id)
    assert_refused(remove(sandbox, mail_id, remove=kind), 400, "INVALID_PARAMETER", naming="'remove'")
    assert stored(sandbox, mail_id) == before
