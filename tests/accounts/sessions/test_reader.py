"""Every page and every answer says whose it is, and a form of a page that was another user's is refused."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import get_resolver

from inbox.models import OutgoingMessage
from portal.embed.models import Website
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.embed.framing import PREFIX, SAME_SITE_ORIGIN, SAME_SITE_PREFIX
from tests.inbox.helpers import LETTER, send
from tests.inbox.windows import COMPOSE, Window, draft_texts, strict
from tests.support.url_patterns import url_patterns

PAGES = ["/", "/inbox/claims/", COMPOSE, "/outgoing/", "/accounts/", "/accounts/devices/", "/nothing-here/"]
SAMPLES = {
    "slug": "claims",
    "choice": "discard",
    "nonce": str(uuid.UUID(int=1)),
    "form": "csv",
    "device": "1",
    "pk": "1",
}
SOMEBODY_ELSE = "Someone else has signed in in this browser"


def reader_of(browser: Client, page: str = "/inbox/claims/") -> str:
    """The id that a page of this browser carries."""
    return re.search(r'<html [^>]*data-reader="(\w+)"', browser.get(page, follow=True).content.decode())[1]


def example(route: str) -> str:
    """An address of this route."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: SAMPLES.get(part[1], "x"), route)


# --- The id -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_page_and_its_answer_name_the_same_reader(alice_client, page):
    answer = alice_client.get(page)
    assert answer["Portal-Reader"] == reader_of(alice_client, page) == reader_of(alice_client)


def test_two_users_are_two_readers_and_one_user_is_the_same_in_each_session(alice, bob, sandbox):
    first, second, bobs = (reader_of(sign_in(who)) for who in (alice, alice, bob))
    assert first == second != bobs


def test_the_id_is_the_same_after_a_new_password_and_address(alice, sandbox):
    before = reader_of(sign_in(alice))
    alice.email = "alice.new@example.com"
    alice.set_password("a-lamp-by-the-window")
    alice.save()
    alice.mark_verified()
    assert reader_of(sign_in(alice)) == before


def test_a_page_from_before_a_change_of_the_secret_key_is_still_its_readers(alice, sandbox, settings):
    page = reader_of(sign_in(alice))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    browser = sign_in(alice)
    answer = browser.get("/unread.json")
    assert (
        answer["Portal-Reader"].split(" ") == answer.json()["reader"].split(" ") == [reader_of(browser), page]
    )
    assert browser.post("/accounts/session/extend/", {"reader": page}).status_code == 200


def test_a_visitors_pages_and_answers_are_nobodys(client, db):
    for address in ("/accounts/login/", "/unread.json", "/accounts/session.json", "/nothing-here/"):
        answer = client.get(address)
        assert "Portal-Reader" not in answer and b"data-reader=" not in answer.content


@pytest.mark.parametrize("prefix", ["", SAME_SITE_PREFIX])
def test_every_answer_to_a_script_names_the_reader(alice_client, prefix, settings):
    settings.PORTAL_URL = "http://testserver"
    Website.objects.create(name="The Company", origin=SAME_SITE_ORIGIN)
    alice_client.defaults["HTTP_HOST"] = "localhost" if prefix else "testserver"
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    reader = reader_of(alice_client)
    nonce = send(alice_client).nonce
    polled = ["/unread.json", "/accounts/session.json", f"/outgoing/{nonce}/state.json"]
    polled += ["/embed/state.json"] if prefix else []
    posted = [f"{COMPOSE}draft/", "/accounts/session/extend/"]
    answers = [alice_client.get(prefix + address) for address in polled]
    answers += [alice_client.post(prefix + address) for address in posted]
    assert {answer["Portal-Reader"] for answer in answers} == {reader}
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}
    assert answers[0].json()["reader"] == reader


def test_a_frame_of_its_own_session_names_its_own_reader(alice_client, bob):
    """On another website, the frame's cookies are its own: its page must not be taken for the portal's own reader's."""
    Website.objects.create(name="The Company", origin="https://www.company.example")
    answer = alice_client.get(f"{PREFIX}/unread.json")
    assert answer.status_code == 401 and "Portal-Reader" not in answer


# --- Forms of a page that was another user's --------------------------------------------------------------


def test_the_page_that_answers_an_expired_form_says_that_somebody_else_signed_in(alice, bob, sandbox):
    page = strict(alice).get("/accounts/name/").content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page))
    answer = strict(bob).post("/accounts/name/", {**fields, "first_name": "Alice"})
    assert fields.keys() >= {"reader", "csrfmiddlewaretoken"}
    assert answer.status_code == 403 and SOMEBODY_ELSE in answer.content.decode()


# They look after what is posted to them themselves.
NOT_GUARDED = {
    "inbox/<slug:slug>/compose/",
    "inbox/<slug:slug>/compose/draft/",
    "embed/window/",
    "embed/app/<str:site>/",
}


def test_no_form_of_anothers_page_is_taken(alice, bob, sandbox):
    """Even if its CSRF token is valid: Django's test client leaves that check out."""
    browser, page = sign_in(bob), reader_of(sign_in(alice))
    sandbox.forget_calls()
    routes = {route for route, _view in url_patterns(get_resolver()) if not route.startswith("admin/")}
    for route in routes - NOT_GUARDED:
        answer = browser.post(example(route), {"reader": page, "action": "read", "first_name": "Alice"})
        assert answer.status_code == 403 and SOMEBODY_ELSE in answer.content.decode(), route
    bob.refresh_from_db()
    assert len(routes) > 50 and sandbox.calls() == [] and bob.first_name == "Bob"
    assert browser.get("/accounts/session.json").status_code == 200


def test_every_form_names_its_reader(alice_client, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01")
    Window(alice_client).save(**LETTER)
    reader = reader_of(alice_client)
    for page in [*PAGES, "/accounts/name/", "/accounts/2fa/", "/accounts/password/set/", "/accounts/close/"]:
        html = alice_client.get(page, follow=True).content.decode()
        tokens = html.count('name="csrfmiddlewaretoken"')
        assert tokens and html.count(f'<input type="hidden" name="reader" value="{reader}">') == tokens, page


def test_the_admins_forms_name_their_reader_and_are_guarded(alice, sandbox):
    operator = sign_in(make_superuser("Olga"))
    address = "/admin/inbox/securebox/add/"
    assert f'name="reader" value="{reader_of(operator)}"' in operator.get(address).content.decode()
    answer = operator.post(address, {"reader": reader_of(sign_in(alice)), "slug": "x"})
    assert answer.status_code == 403 and SOMEBODY_ELSE in answer.content.decode()


def test_a_visitors_forms_name_no_reader(client, db):
    assert b'name="reader"' not in client.get("/accounts/login/").content


# --- What the first one was writing -----------------------------------------------------------------------


@pytest.fixture
def at_bobs(alice, bob, sandbox) -> Window:
    """Alice's compose page, in a browser in which Bob has signed in since: with another CSRF token."""
    window = Window(strict(alice))
    window.browser = strict(bob)
    window.browser.get("/")
    return window


@pytest.mark.parametrize("act", ["save", "send"])
def test_a_message_is_kept_for_its_writer_and_not_sent(at_bobs, sandbox, act):
    getattr(at_bobs, act)(**LETTER)
    assert at_bobs.shows("We saved it there as a draft. It hasn’t been sent.")
    assert LETTER["text"] not in at_bobs.html and sandbox.calls("send") == []
    assert draft_texts("Alice") == [LETTER["text"]] and draft_texts("Bob") == []


def test_autosave_saves_for_the_writer_and_answers_for_the_other(at_bobs, bob):
    answer = at_bobs.autosave(**LETTER)
    assert answer.status_code == 403 and answer.json() == {"kept": True}
    assert answer["Portal-Reader"] == reader_of(sign_in(bob))
    assert draft_texts("Alice") == [LETTER["text"]] and draft_texts("Bob") == []


def test_autosave_says_that_it_could_not_save(at_bobs, monkeypatch):
    monkeypatch.setattr("inbox.outgoing.drafts.MAX_DRAFTS", 0)
    answer = at_bobs.autosave(**LETTER)
    assert answer.status_code == 403 and answer.json() == {"kept": False}
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("address", [COMPOSE, f"{COMPOSE}draft/"])
def test_a_form_of_ones_own_still_needs_its_csrf_token(alice, sandbox, address):
    window = Window(strict(alice))
    del window.fields["csrfmiddlewaretoken"]
    assert window.browser.post(address, {**window.fields, **LETTER}).status_code == 403
    assert not OutgoingMessage.objects.exists() and sandbox.calls("send") == []
