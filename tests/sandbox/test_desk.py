import re
from collections.abc import Iterator

import pytest
import requests

from tests.sandbox.helpers import ALICE, BOB, send, stored
from tests.support.sandbox import Sandbox
from tests.support.session import Session


class Desk:
    """An agent's browser: a session with cookies, which posts the forms of the desk."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.root = sandbox.root
        self.session = Session()

    def page(self, path: str = "") -> str:
        response = self.session.get(f"{self.root}/desk/{path}")
        assert response.status_code == 200
        return response.text

    def post(self, path: str, **fields: str) -> requests.Response:
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.page("write/"))
        assert token
        fields = {"csrfmiddlewaretoken": token[1], "format": "text", "from_name": "Robin"} | fields
        return self.session.post(f"{self.root}/desk/{path}", fields)


@pytest.fixture
def desk(sandbox) -> Iterator[Desk]:
    desk = Desk(sandbox)
    yield desk
    desk.session.close()


def test_the_root_leads_to_the_desk(sandbox, desk):
    response = desk.session.get(sandbox.root)
    assert response.url == f"{sandbox.root}/desk/"
    assert "Nobody is waiting" in response.text


def test_waiting_messages_are_queued_by_securebox_the_oldest_first(sandbox, desk):
    sandbox.add(ALICE, "Newer claim", direction="inbound", securebox="claims", date="2026-11-03T10:00:00Z")
    sandbox.add(ALICE, "Older claim", direction="inbound", securebox="claims", date="2026-11-02T10:00:00Z")
    sandbox.add(BOB, "An invoice", direction="inbound", securebox="billing")
    sandbox.add(BOB, "A letter to Bob", securebox="billing", status="read")
    queue = desk.page().split("Recent conversations")[0]
    order = ["billing", "An invoice", "claims", "Older claim", "Newer claim"]
    positions = [queue.index(word) for word in order]
    assert positions == sorted(positions)
    assert "A letter to Bob" not in queue


def test_opening_a_message_gives_it_to_the_agent(sandbox, desk):
    mail_id = send(sandbox, text="When will it be paid?")
    response = desk.post(f"messages/{mail_id}/take/")
    assert "When will it be paid?" in response.text
    assert (stored(sandbox, mail_id)["routing"], stored(sandbox, mail_id)["status"]) == ("with_agent", "read")


def test_viewing_a_message_does_not_open_it(sandbox, desk):
    mail_id = send(sandbox)
    desk.page()
    desk.page(f"messages/{mail_id}/")
    assert stored(sandbox, mail_id)["routing"] == "waiting"


def test_an_answer_in_text_reaches_the_consumer(sandbox, desk):
    question = send(sandbox, securebox="claims", subject="Water damage")
    desk.post(f"messages/{question}/", body="We will pay.")
    answer = sandbox.messages()[0]
    assert (answer["subject"], answer["text"], answer["html"]) == ("Re: Water damage", "We will pay.", "")
    assert (answer["parent_id"], answer["from_name"], answer["status"]) == (question, "Robin", "unread")
    assert stored(sandbox, question)["routing"] == "answered"


def test_an_answer_in_html_has_no_text_but_the_desk_shows_one(sandbox, desk):
    question = send(sandbox)
    desk.post(f"messages/{question}/", body="<p>We <b>will</b> pay.</p>", format="html")
    answer = sandbox.messages()[0]
    assert (answer["html"], answer["text"]) == ("<p>We <b>will</b> pay.</p>", "")
    assert "<p>We will pay.</p>" in desk.page(f"messages/{question}/")


def test_an_empty_answer_is_not_sent(sandbox, desk):
    question = send(sandbox)
    response = desk.post(f"messages/{question}/", body=" ")
    assert "This field is required" in response.text
    assert stored(sandbox, question)["routing"] == "waiting"


def test_the_text_of_a_late_answer_stays_on_the_page(sandbox, desk):
    question = send(sandbox)
    sandbox.api("GET", f"/securemail/{question}", query={"read": "true"})
    response = desk.post(f"messages/{question}/", body="Too late, I fear.")
    assert "answered or withdrawn in the meantime" in response.text
    assert "Too late, I fear." in response.text
    assert [mail["id"] for mail in sandbox.messages()] == [question]


def test_an_agent_can_write_to_a_consumer(sandbox, desk):
    desk.post(
        "write/", address="New@Example.com", securebox="claims", subject="Good news", body="All is paid."
    )
    (mail,) = sandbox.messages()
    assert (mail["address"], mail["securebox"], mail["subject"]) == ("new@example.com", "claims", "Good news")
    assert (mail["direction"], mail["status"], mail["text"]) == ("outbound", "unread", "All is paid.")


@pytest.mark.parametrize(
    ("field", "value"), [("address", "nobody"), ("securebox", "x"), ("subject", ""), ("body", "")]
)
def test_an_invalid_field_is_explained_and_the_input_stays(sandbox, desk, field, value):
    letter = {"address": ALICE, "securebox": "claims", "subject": "Good news", "body": "Paid in full."}
    response = desk.post("write/", **letter | {field: value})
    assert f'id="id_{field}_error"' in response.text
    assert all(typed in response.text for name, typed in letter.items() if name != field)
    assert sandbox.messages() == []


def test_a_conversation_shows_both_sides_and_what_was_deleted(sandbox, desk):
    question = send(sandbox, text="May I ask?")
    answer = sandbox.answer(question, "You may.")
    sandbox.api("DELETE", f"/securemail/{answer}", query={"remove": "delete"})
    page = desk.page(f"messages/{question}/")
    assert page.index("May I ask?") < page.index("You may.") < page.index("Write to")
    assert "Deleted by the consumer" in page


def test_text_of_consumers_is_escaped(sandbox, desk):
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    mail_id = send(sandbox, subject=attack, text=attack, firstName=attack)
    for page in (desk.page(), desk.page(f"messages/{mail_id}/")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_words_of_consumers_do_not_turn_what_stands_beside_them(sandbox, desk):
    """A character that reverses the direction would turn the address around, too."""
    backwards = "\u202emoc.elpmaxe"
    mail_id = send(sandbox, subject=backwards, text=backwards, firstName=backwards)
    pages = desk.page() + desk.page(f"messages/{mail_id}/")
    shown = re.sub(r"<title>.*?</title>", "", pages, flags=re.DOTALL)
    unisolated = re.findall(rf"<(?!bdi|p>)(?![^>]*dir=.auto)[^>]*>[^<]*{backwards}", shown)
    assert shown.count(backwards) > 5 and [tag for tag in unisolated if "unseen" not in tag] == []


def test_a_post_without_a_form_token_is_refused(sandbox, desk):
    question = send(sandbox)
    response = desk.session.post(f"{sandbox.root}/desk/messages/{question}/take/")
    assert response.status_code == 403
    assert stored(sandbox, question)["routing"] == "waiting"


def test_a_missing_message_is_a_404_page_with_a_link_back(sandbox, desk):
    url = f"{sandbox.root}/desk/messages/00000000-0000-4000-8000-000000000000/"
    response = desk.session.get(url)
    assert response.status_code == 404
    assert "Back to the queue" in response.text


def test_the_desks_cookie_has_its_own_name_and_path(sandbox, desk):
    desk.page("write/")
    (cookie,) = desk.session.cookies
    assert (cookie.name, cookie.path) == ("sandbox_csrf", "/desk/")


def test_pages_load_only_from_the_sandbox(sandbox, desk):
    response = desk.session.get(f"{sandbox.root}/desk/")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for path in re.findall(r'(?:href|src)="([^"]+\.(?:css|js|svg))"', response.text):
        assert desk.session.get(sandbox.root + path).status_code == 200


def test_the_portals_own_static_files_are_not_served(sandbox, desk):
    assert desk.session.get(f"{sandbox.root}/static/css/portal.css").status_code == 404
