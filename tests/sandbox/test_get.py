import pytest

from tests.sandbox.helpers import ALICE, assert_refused, send, stored
from tests.support.sandbox import Sandbox

NOBODY = "00000000-0000-4000-8000-000000000000"


def get(sandbox: Sandbox, mail_id: str, **query: str) -> dict:
    http_status, answer = sandbox.api("GET", f"/securemail/{mail_id}", query=query)
    assert http_status == 200
    return answer["secureMail"]


def test_get_returns_the_whole_text(sandbox):
    mail = get(sandbox, sandbox.add(ALICE, "Long", text="x" * 300))
    assert mail["subject"] == "Long"
    assert mail["body"] == mail["bodyAsPlainText"] == "x" * 300
    assert (mail["mime"], mail["attachments"]) == ("text/plain", [])


HTML = "<p>Tea &amp; <b>toast</b></p>"


@pytest.mark.parametrize("text", ["", "Tea, and toast", "\n", "\u00a0", " \u200b "])
def test_an_html_message_has_the_text_that_it_was_stored_with(sandbox, text):
    mail = get(sandbox, sandbox.add(ALICE, text=text, html=HTML))
    assert (mail["mime"], mail["body"], mail["bodyAsPlainText"]) == ("text/html", HTML, text)


def test_an_answer_in_html_has_no_text(sandbox):
    answer = sandbox.control("POST", "/answer", {"id": send(sandbox), "html": HTML})
    mail = get(sandbox, answer["id"])
    assert (mail["mime"], mail["body"], mail["bodyAsPlainText"]) == ("text/html", HTML, "")


@pytest.mark.parametrize("query", [{}, {"read": "false"}])
def test_reading_without_read_true_changes_nothing(sandbox, query):
    for mail_id in (sandbox.add(ALICE), send(sandbox)):
        before = stored(sandbox, mail_id)
        assert get(sandbox, mail_id, **query)["status"] == "unread"
        assert stored(sandbox, mail_id) == before


def test_read_true_marks_an_outbound_message_as_read(sandbox):
    mail_id = sandbox.add(ALICE)
    assert get(sandbox, mail_id, read="true")["status"] == "read"
    assert (stored(sandbox, mail_id)["status"], stored(sandbox, mail_id)["routing"]) == ("read", "none")


@pytest.mark.parametrize("routing", ["waiting", "with_agent"])
def test_read_true_stops_an_inbound_message_from_being_routed(sandbox, routing):
    mail_id = sandbox.add(ALICE, direction="inbound", routing=routing)
    get(sandbox, mail_id, read="true")
    assert (stored(sandbox, mail_id)["status"], stored(sandbox, mail_id)["routing"]) == ("read", "stopped")


def test_in_a_dialect_read_true_changes_nothing(sandbox):
    sandbox.dialect("read-ignored")
    mail_id = send(sandbox)
    before = stored(sandbox, mail_id)
    assert get(sandbox, mail_id, read="true")["status"] == "unread"
    assert stored(sandbox, mail_id) == before


def test_read_true_leaves_an_answered_message_answered(sandbox):
    question = send(sandbox)
    sandbox.answer(question)
    get(sandbox, question, read="true")
    assert stored(sandbox, question)["routing"] == "answered"


def test_a_deleted_message_can_still_be_fetched(sandbox):
    mail_id = sandbox.add(ALICE, "kept")
    sandbox.api("DELETE", f"/securemail/{mail_id}", query={"remove": "delete"})
    assert get(sandbox, mail_id)["subject"] == "kept"


@pytest.mark.parametrize("mail_id", [NOBODY, "x", "{00000000}", "%00", "..%5C..", "a" * 4000])
def test_a_missing_message_is_a_400(sandbox, mail_id):
    answer = sandbox.api("GET", f"/securemail/{mail_id}")
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'secureMailId'")


@pytest.mark.parametrize("read", ["", "True", "1", "yes", ["true", "true"]])
def test_an_invalid_read_is_refused_and_marks_nothing(sandbox, read):
    mail_id = sandbox.add(ALICE)
    answer = sandbox.api("GET", f"/securemail/{mail_id}", query={"read": read})
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'read'")
    assert stored(sandbox, mail_id)["status"] == "unread"


def test_an_id_must_be_a_canonical_uuid(sandbox):
    mail_id = sandbox.add(ALICE)
    answer = sandbox.api("GET", f"/securemail/{mail_id.replace('-', '')}")
    assert_refused(answer, 400, "INVALID_PARAMETER", naming="'secureMailId'")
