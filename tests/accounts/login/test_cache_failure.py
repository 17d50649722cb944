"""The counts are in the cache. While it is lost, nothing can be counted: what needs a count is refused, in words."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import Activity, Consumer
from portal.accounts.signup import invitations
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.signing_in import PASSWORD, add_totp, mailed_code, sign_in
from tests.embed.framing import IN_FRAME, ORIGIN, PREFIX, policy_of
from tests.embed.hand_off_requests import hand_off
from tests.support.lost_cache import redis_at, unused_port

ADDRESS = "anna@example.com"
SIGN_UP = {
    "first_name": "Ben",
    "last_name": "Berg",
    "email": "ben@example.com",
    "password1": "a-kettle-on-the-hob",
}


@pytest.fixture
def lose_cache(settings):
    """Returns a function that loses the cache, and returns one that brings it back."""
    working = settings.CACHES

    def lose():
        settings.CACHES = redis_at(unused_port())

        def bring_back():
            settings.CACHES = working

        return bring_back

    return lose


def is_refused(answer, *kept, lost=()):
    """It says that nothing can be checked, and the form on it has what was typed, but for the secrets."""
    html = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "We can’t check this right now" in html and "Please try again in a few minutes." in html
    assert all(f'value="{word}"' in html for word in kept)
    return not any(word in html for word in lost)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/login/", {"login": ADDRESS, "password": PASSWORD}),
        (
            "/accounts/login/?next=/outgoing/",
            {"login": ADDRESS, "password": "a-wrong-one", "next": "/outgoing/"},
        ),
        ("/accounts/login/code/", {"email": ADDRESS}),
        ("/accounts/password/reset/", {"email": ADDRESS}),
    ],
)
def test_nobody_signs_in_and_no_password_is_compared(anna, lose_cache, path, form, mailoutbox):
    browser, bring_back = Client(), lose_cache()
    answer = browser.post(path, form)
    assert is_refused(answer, ADDRESS, lost=(PASSWORD, "a-wrong-one"))
    assert f'action="{path}"' in answer.content.decode()
    assert not Activity.objects.filter(event="sign_in_failed").exists() and not mailoutbox
    assert browser.get("/accounts/").status_code == 302
    bring_back()
    again = browser.post(path, form)
    assert again.status_code == (200 if "a-wrong-one" in form.values() else 302)


def test_the_page_that_refuses_has_the_whole_form(anna, client, lose_cache):
    lose_cache()
    html = sign_in(client, query="?next=/outgoing/").content.decode()
    form = re.search(r'<form method="post" action="/accounts/login/\?next=/outgoing/".*?</form>', html, re.S)[
        0
    ]
    names = re.findall(r'name="(\w+)"', form)
    assert names == ["csrfmiddlewaretoken", "login", "password"]
    assert re.search(r'type="password"[^>]*name="password"', form) and "Try again" in form


def test_in_a_frame_the_form_stays_in_the_frame(anna, client, lose_cache):
    Website.objects.create(name="The Company", origin=ORIGIN)
    lose_cache()
    page = f"{PREFIX}/accounts/login/"
    answer = client.post(page, {"login": ADDRESS, "password": PASSWORD}, headers=IN_FRAME)
    assert is_refused(answer, ADDRESS) and f'action="{page}"' in answer.content.decode()
    assert policy_of(answer)["frame-ancestors"] == ORIGIN


def test_known_and_unknown_addresses_get_the_same_page(anna, lose_cache):
    lose_cache()
    pages = set()
    for address in (ADDRESS, "nobody@example.com"):
        html = Client().post("/accounts/login/code/", {"email": address}).content.decode()
        pages.add(re.sub(r'quote \w+|name="csrfmiddlewaretoken" value="\w+"', "", html.replace(address, "")))
    assert len(pages) == 1


def test_a_mailed_code_is_not_compared_and_no_try_of_it_is_lost(anna, client, lose_cache):
    client.post("/accounts/login/code/", {"email": ADDRESS})
    code = mailed_code()
    bring_back = lose_cache()
    for _ in range(5):
        assert is_refused(client.post("/accounts/login/code/confirm/", {"code": code}), code)
    assert is_refused(client.post("/accounts/login/code/confirm/", {"action": "resend"}), "resend")
    assert client.get("/accounts/").status_code == 302 and len(mail.outbox) == 1
    bring_back()
    assert client.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_a_long_code_is_not_used_up_and_works_once_afterwards(anna, client, lose_cache, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"mailed_code": "0/h/key"}
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post("/accounts/login/code/", {"email": ADDRESS})
    code = re.search(r"(?:\d{4}-){3}\d{4}", mail.outbox[0].body)[0]
    bring_back = lose_cache()
    for browser in browsers:
        assert is_refused(browser.post("/accounts/login/code/confirm/", {"code": code}), code)
    assert not Activity.objects.filter(event="signed_in").exists()
    bring_back()
    answers = [browser.post("/accounts/login/code/confirm/", {"code": code}) for browser in browsers]
    assert [answer.status_code for answer in answers] == [302, 200]


def test_no_account_is_opened(db, client, lose_cache, settings):
    settings.PORTAL_SIGNUP = "open"
    lose_cache()
    answer = client.post("/accounts/signup/", SIGN_UP)
    assert is_refused(answer, "Ben", "Berg", "ben@example.com", lost=["a-kettle-on-the-hob"])
    assert not Consumer.objects.exists() and not mail.outbox


def test_a_second_step_is_not_compared_and_not_used_up(anna, client, lose_cache):
    secret = add_totp(anna)
    sign_in(client)
    bring_back = lose_cache()
    code = totp_code(secret)
    assert is_refused(client.post("/accounts/2fa/authenticate/", {"code": code}), code)
    bring_back()
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_an_old_password_is_not_compared(anna, client, lose_cache):
    sign_in(client)
    lose_cache()
    change = {"oldpassword": PASSWORD, "password1": "a-kettle-on-the-hob"}
    assert is_refused(client.post("/accounts/password/change/", change), lost=change.values())
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_a_new_address_is_not_mailed(anna, client, lose_cache):
    sign_in(client)
    lose_cache()
    form = {"email": "annika@example.com", "action_add": ""}
    assert is_refused(client.post("/accounts/email/", form), "annika@example.com") and not mail.outbox


def test_identity_is_not_confirmed(anna, client, lose_cache):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        clock.shift(timedelta(minutes=6))
        lose_cache()
        assert client.post("/accounts/close/", {"confirmed": "on"}).status_code == 302
        answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert is_refused(answer, lost=[PASSWORD])
        assert client.get("/accounts/close/").status_code == 200 and Consumer.objects.exists()


@pytest.fixture
def passkey(anna, monkeypatch):
    """Whatever a browser answers is the right answer of this passkey."""
    passkey = Authenticator.objects.create(
        user=anna, type="webauthn", data={"name": "Key", "passwordless": True}
    )
    library = "allauth.mfa.webauthn.internal.auth"
    monkeypatch.setattr(f"{library}.parse_authentication_response", lambda _answer: None)
    monkeypatch.setattr(f"{library}.extract_user_from_response", lambda _answer: anna)
    monkeypatch.setattr(f"{library}.complete_authentication", lambda _user, _answer: passkey)
    return {"credential": '{"id": "canary"}'}


def test_a_passkey_signs_in(client, passkey, lose_cache):
    lose_cache()
    assert client.post("/accounts/2fa/webauthn/login/", passkey).url == "/"
    assert client.get("/accounts/").status_code == 200


def test_a_passkey_as_second_step_has_to_be_asked_for_again(client, passkey, lose_cache):
    """It is counted like a code; what it answers is good only once, so the page does not send it again."""
    sign_in(client)
    lose_cache()
    answer = client.post("/accounts/2fa/authenticate/", passkey)
    assert is_refused(answer, lost=["canary"])
    assert '<a class="button" href="/accounts/2fa/authenticate/"' in answer.content.decode()


def test_a_password_that_was_right_before_the_cache_was_lost_signs_in(anna, client, lose_cache, monkeypatch):
    """The use is counted, the password is right, and then the cache is gone: only taking the count back fails."""
    compare = Consumer.check_password

    def compare_and_lose(*args):
        lose_cache()
        return compare(*args)

    monkeypatch.setattr(Consumer, "check_password", compare_and_lose)
    assert sign_in(client).status_code == 302 and client.get("/accounts/").status_code == 200


def test_a_new_password_is_kept_if_the_cache_is_lost_while_it_is_stored(
    anna, client, lose_cache, monkeypatch
):
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    client.post("/accounts/password/reset/confirm/", {"code": mailed_code()})
    store = Consumer.save

    def store_and_lose(*args, **options):
        store(*args, **options)
        lose_cache()

    monkeypatch.setattr(Consumer, "save", store_and_lose)
    page = client.get("/accounts/password/reset/complete/")
    assert page.status_code == 200
    assert (
        client.post("/accounts/password/reset/complete/", {"password1": "a-kettle-on-the-hob"}).status_code
        == 302
    )
    anna.refresh_from_db()
    assert anna.check_password("a-kettle-on-the-hob")


def test_sessions_go_on_and_valid_hand_offs_sign_in(anna, client, lose_cache):
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    sign_in(client)
    lose_cache()
    assert client.get("/accounts/").status_code == 200
    assert hand_off(Client(), token(sub="7", email="carla@example.com")).json()["signed_in"]
    refused = hand_off(Client(), "x")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60") and refused.json()["problem"]
    assert not Activity.objects.filter(event="sign_in_failed").exists()


def test_what_only_spares_the_portal_work_is_not_limited(anna, client, lose_cache):
    anna.is_staff = anna.is_superuser = True
    anna.save()
    secret = add_totp(anna)
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    lose_cache()
    assert client.get("/accounts/activity/download/csv/").status_code == 200
    assert client.get("/admin/accounts/consumer/?q=anna").status_code == 200


def test_a_token_is_used_once(anna, lose_cache):
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    lose_cache()
    once = token(sub="7", email="carla@example.com")
    assert hand_off(Client(), once).json()["signed_in"]
    assert hand_off(Client(), once).status_code == 503


def test_invitations_are_accepted_and_wrong_links_are_answered(client, db, lose_cache):
    invitations.invite("ben@example.com", first_name="Ben")
    link = re.search(r"/accounts/invitation/\S+/", mail.outbox[0].body)[0]
    lose_cache()
    assert client.post(link, {"password1": "a-kettle-on-the-hob", "first_name": "Ben"}).status_code == 302
    assert client.get("/accounts/").status_code == 200
    assert Client().get("/accounts/invitation/x/").status_code == 404
    assert Client().get("/embed/continue/x/").status_code == 410


def test_the_log_has_one_line_for_any_number_of_refusals(anna, lose_cache, caplog):
    lose_cache()
    for _ in range(5):
        sign_in(Client())
    (line,) = [line for line in caplog.records if line.levelname in ("WARNING", "ERROR")]
    assert line.name == "portal.cache.redis_cache"
