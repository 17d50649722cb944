"""The hand-off: a customer signed in on the company's website is signed in in the frame on its pages."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client

from portal.accounts.allauth_compat import totp_code
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity, Consumer
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.signing_in import add_totp
from tests.conftest import sign_in
from tests.embed.framing import ORIGIN, PREFIX, SAME_SITE_ORIGIN, SAME_SITE_PREFIX
from tests.embed.hand_off_requests import SECOND_STEP_URL, frame_is_signed_in, hand_off, is_rejected


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))


@pytest.fixture
def same_site_url(db) -> str:
    """The hand-off's path for a website that is one site with the portal, and shares its sessions."""
    Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN, company=make_company("first"))
    return f"{SAME_SITE_PREFIX}/embed/hand-off/"


def hand_off_at_same_site(browser, url, **changes):
    text = None if changes == {"sub": None} else token(origin=SAME_SITE_ORIGIN, **changes)
    return hand_off(browser, text, url, Host="localhost")


def hand_off_at_once(windows, **changes):
    """The responses for the same customer in that many windows at once, each with a token of its own."""

    def hand_off_in_a_window(text):
        try:
            return hand_off(Client(), text).json()
        finally:
            connection.close()

    with ThreadPoolExecutor(windows) as browsers:
        return list(browsers.map(hand_off_in_a_window, [token(**changes) for _ in range(windows)]))


def test_works_and_opens_an_account_with_a_verified_address(client, website, sandbox):
    answer = hand_off(client, token())
    assert answer.status_code == 200 and answer.json() == {"signed_in": True, "changed": True}
    anna = Consumer.objects.get()
    assert (anna.verified_address(), anna.get_full_name()) == ("anna@example.com", "Anna Example")
    assert client.get(f"{PREFIX}/unread.json").status_code == 200 and not anna.has_usable_password()
    lines = Activity.objects.order_by("pk").values_list("event", "detail")
    assert list(lines) == [
        (Event.ACCOUNT_OPENED, "hand_off"),
        (Event.COMPANY_SIGN_IN_LINKED, "hand_off"),
        (Event.SIGNED_IN, "hand_off"),
    ]


def test_the_activity_page_describes_the_hand_off(client, same_site_url, sandbox):
    hand_off_at_same_site(client, same_site_url)
    html = client.get("/accounts/activity/").content.decode()
    assert "Signed in: our website" in html
    assert "Account opened: our website" in html


def test_a_second_hand_off_of_the_same_customer_changes_nothing(client, website):
    hand_off(client, token())
    key, before = client.cookies.output(), Activity.objects.count()
    assert hand_off(client, token()).json() == {"signed_in": True, "changed": False}
    assert client.cookies.output() == key and Activity.objects.count() == before


def test_a_used_token_is_refused_with_the_same_sentence_as_any_other(client, website):
    text = token()
    hand_off(Client(), text)
    answer = hand_off(client, text)
    assert is_rejected(answer) and not frame_is_signed_in(client)
    assert answer.json() == hand_off(client, token(aud="x")).json() == hand_off(client, "x").json()
    assert Activity.objects.filter(event=Event.SIGN_IN_FAILED, detail="hand_off").count() == 3


def test_one_of_twenty_concurrent_uses_succeeds(transactional_db, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    text = token()

    def status(_number):
        try:
            return hand_off(Client(), text).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as senders:
        assert sorted(senders.map(status, range(20))) == [200] + [403] * 19
    assert Activity.objects.filter(event=Event.SIGNED_IN).count() == 1
    assert Session.objects.count() == UserSession.objects.count() == 1


def test_a_new_customer_in_twelve_windows_at_once_is_signed_in_in_each(transactional_db):
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    assert hand_off_at_once(12) == [{"signed_in": True, "changed": True}] * 12
    assert Consumer.objects.get().verified_address() == "anna@example.com"
    assert Session.objects.count() == UserSession.objects.count() == 12
    assert not mail.outbox and Activity.objects.filter(event=Event.ACCOUNT_OPENED).count() == 1


def test_an_address_changed_in_twelve_windows_at_once_is_updated_once(
    transactional_db,
):
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    hand_off(Client(), token())
    assert all(answer["signed_in"] for answer in hand_off_at_once(12, email="anna.new@example.com"))
    assert Consumer.objects.get().verified_address() == "anna.new@example.com"
    assert Session.objects.count() == UserSession.objects.count() == 12
    assert len(mail.outbox) == Activity.objects.filter(event=Event.ADDRESS_CHANGED).count() == 1


def test_another_customers_hand_off_ends_the_previous_customers_session(client, website):
    hand_off(client, token())
    old = Session.objects.get()
    answer = hand_off(client, token(sub="bert-1", email="bert@example.com"))
    assert answer.json()["changed"] and "storage" in answer["Clear-Site-Data"]
    assert Session.objects.get() != old
    assert UserSession.objects.get(session_key=Session.objects.get().pk).user.email == "bert@example.com"
    assert Activity.objects.filter(event=Event.SIGNED_OUT).get().address == "anna@example.com"


def test_a_rejected_customers_hand_off_ends_the_previous_customers_session(client, website):
    hand_off(client, token())
    Consumer.objects.create_user("bert@example.com", is_active=False).mark_verified()
    assert is_rejected(hand_off(client, token(sub="bert-1", email="bert@example.com")))
    assert not frame_is_signed_in(client)


def test_a_password_session_of_the_same_customer_is_kept_and_linked(same_site_url, alice, sandbox):
    browser = sign_in(alice)
    answer = hand_off_at_same_site(browser, same_site_url, email="alice@example.com")
    assert answer.json() == {"signed_in": True, "changed": False}
    assert [message.subject for message in mail.outbox] == ["Your customer account now opens Secure messages"]


def test_signing_out_at_the_company_ends_a_handed_off_session(client, website):
    hand_off(client, token())
    assert hand_off(client, None).json() == {"signed_in": False, "changed": True}
    assert not frame_is_signed_in(client) and not Session.objects.exists()


def test_signing_out_at_the_company_leaves_other_sessions_alone(same_site_url, alice):
    browser = sign_in(alice)
    answer = hand_off_at_same_site(browser, same_site_url, sub=None)
    assert answer.json() == {"signed_in": True, "changed": False}


def test_a_company_ends_only_sessions_that_its_own_hand_off_began(client, same_site_url):
    other = make_company("next", name="Other", issuer="https://other.example")
    Website.objects.create(name="Far", origin="http://localhost:8003", company=other)
    hand_off_at_same_site(client, same_site_url)
    other_answer = hand_off(client, None, "/embed/in/http:localhost:8003/embed/hand-off/", Host="localhost")
    assert other_answer.json() == {"signed_in": True, "changed": False}
    assert hand_off_at_same_site(client, same_site_url, sub=None).json()["changed"]
    assert "_auth_user_id" not in client.session


def test_an_operator_is_refused_and_stays_signed_in(same_site_url, db):
    olga = Consumer.objects.create_superuser("olga@example.com")
    olga.mark_verified()
    browser = sign_in(olga)
    assert is_rejected(hand_off_at_same_site(browser, same_site_url, email="olga@example.com"))
    assert is_rejected(hand_off_at_same_site(Client(), same_site_url, email="olga@example.com"))
    assert not SocialAccount.objects.exists() and mail.outbox == []
    assert "_auth_user_id" in browser.session


def test_a_customer_who_became_an_operator_is_refused(client, website):
    hand_off(client, token())
    Consumer.objects.update(is_staff=True)
    assert is_rejected(hand_off(Client(), token()))


def test_a_second_step_is_asked_for_after_the_hand_off(client, website):
    hand_off(Client(), token())
    Authenticator.objects.create(user=Consumer.objects.get(), type="totp", data={"secret": "x"})
    assert hand_off(client, token()).json() == {"signed_in": False, "changed": True}
    assert not frame_is_signed_in(client) and client.get(SECOND_STEP_URL).status_code == 200
    assert hand_off(client, None).json()["changed"]
    assert client.get(SECOND_STEP_URL).status_code == 302


def test_a_page_loaded_before_the_second_step_redirects_to_it_and_back(client, website):
    hand_off(Client(), token())
    secret = add_totp(Consumer.objects.get())
    hand_off(client, token())
    asked = client.get(f"{PREFIX}/outgoing/")
    assert asked.url == SECOND_STEP_URL
    assert client.post(asked.url, {"code": totp_code(secret)}).url == f"{PREFIX}/outgoing/"
    assert frame_is_signed_in(client) and Activity.objects.first().detail == "hand_off, totp"


def test_a_pending_second_step_is_reported_and_survives_another_hand_off(client, website):
    hand_off(Client(), token())
    add_totp(Consumer.objects.get())
    hand_off(client, token())
    assert client.get(f"{PREFIX}/embed/state.json").json()["pending"] is True
    assert hand_off(client, token()).json() == {"signed_in": False, "changed": False}
    assert hand_off(client, None).json()["changed"]
    assert client.get(f"{PREFIX}/embed/state.json").json()["pending"] is False


def test_portal_require_mfa_does_not_apply_to_hand_offs(client, website, sandbox, settings):
    settings.PORTAL_REQUIRE_MFA = True
    hand_off(client, token())
    assert client.get(f"{PREFIX}/unread.json").status_code == 200


def test_the_account_gets_the_address_that_the_company_now_verifies(client, website):
    hand_off(client, token())
    answer = hand_off(client, token(email="anna.new@example.com"))
    assert answer.json() == {"signed_in": True, "changed": True}
    assert Consumer.objects.get().verified_address() == "anna.new@example.com" and frame_is_signed_in(client)


def test_an_unverified_account_loses_its_password_and_sessions_to_the_verified_owner(client, website):
    squatter = Consumer.objects.create_user("anna@example.com", "a-strangers-password")
    elsewhere = sign_in(squatter)
    assert hand_off(client, token()).json()["signed_in"]
    assert not Consumer.objects.get().has_usable_password()
    assert elsewhere.get("/accounts/devices/").status_code == 302


@pytest.mark.parametrize("name", ["switched off", "another's"])
def test_a_disabled_account_or_another_customers_account_stays_closed(client, website, name):
    hand_off(Client(), token())
    if name == "switched off":
        Consumer.objects.update(is_active=False)
        assert is_rejected(hand_off(client, token()))
    else:
        Consumer.objects.create_user("bert@example.com").mark_verified()
        assert is_rejected(hand_off(client, token(email="bert@example.com")))
    assert not frame_is_signed_in(client)


def test_a_handed_off_customer_has_no_sign_out_button_in_the_frame(client, website, sandbox, alice):
    hand_off(client, token(email="alice@example.com"))
    assert "/accounts/logout/" not in menu_of(client.get(f"{PREFIX}/", follow=True))
    Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN)
    own_session_page = sign_in(alice).get(f"{SAME_SITE_PREFIX}/", headers={"Host": "localhost"})
    assert "/accounts/logout/" in menu_of(own_session_page)


def menu_of(answer):
    menu = (
        answer.content.decode().partition('<details class="menu account-menu">')[2].partition("</details>")[0]
    )
    assert "menu-address" in menu
    return menu
