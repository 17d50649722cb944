import hashlib
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Activity, Consumer, Invitation
from portal.accounts.signup import invitations
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

pytestmark = pytest.mark.postgresql("portal.accounts.signup.invitations")

TYPED = {"first_name": "Dora", "last_name": "Example", "password1": PASSWORD}


@pytest.fixture
def invitation(db) -> Invitation:
    return invitations.invite("dora@example.com", first_name="Dora", last_name="Exampel")


def mailed_link(number=-1):
    return re.search(r"^http://localhost:8000(\S+)$", mail.outbox[number].body, re.M)[1]


def accept(client, link=None, **typed):
    return client.post(link or mailed_link(), TYPED | typed)


def test_works(client, invitation, sandbox):
    assert accept(client).url == "/"
    assert client.get("/").status_code == 200
    dora = Consumer.objects.get()
    assert (dora.get_full_name(), dora.verified_address()) == ("Dora Example", "dora@example.com")
    assert sign_in(Client(), login="dora@example.com").url == "/"


def test_mail_contains_link_and_expiry_in_text_and_html(invitation):
    (sent,) = mail.outbox
    until = timezone.localtime(invitation.expires_at).strftime("%H:%M")
    html = sent.alternatives[0].content
    assert sent.to == ["dora@example.com"] and "Hello Dora" in sent.body
    assert until in sent.body and until in html and mailed_link() in html


def test_link_is_valid_for_three_days(invitation):
    assert (
        timedelta(0)
        <= invitation.sent_at - (invitation.expires_at - timedelta(days=3))
        < timedelta(minutes=1)
    )


def test_opening_the_link_shows_who_is_invited_and_changes_nothing(client, invitation):
    before = list(Invitation.objects.values()), list(Consumer.objects.values())
    for _ in range(2):
        page = client.get(mailed_link()).content.decode()
    assert "dora@example.com" in page and 'value="Exampel"' in page
    assert (list(Invitation.objects.values()), list(Consumer.objects.values())) == before


def test_only_the_hash_of_the_token_is_kept(invitation):
    token = mailed_link().split("/")[-2]
    assert len(token) >= 43
    assert Invitation.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_invited_user_cannot_sign_in_before_accepting(client, invitation):
    assert sign_in(client, login="dora@example.com").status_code == 200
    client.post("/accounts/login/code/", {"email": "dora@example.com"})
    client.post("/accounts/password/reset/", {"email": "dora@example.com"})
    assert len(mail.outbox) == 1


def test_link_works_once(client, invitation, sandbox):
    accept(client)
    again = accept(Client(), password1="a-kettle-on-the-hob")
    assert again.status_code == 404 and "no longer valid" in again.content.decode()
    assert Consumer.objects.get().check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_simultaneous_acceptances_succeeds(sandbox):
    invitations.invite("dora@example.com")
    link = mailed_link()

    def attempt(_number):
        try:
            return accept(Client(), link).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(attempt, range(4))) == [302, 404, 404, 404]
    assert Activity.objects.filter(event="account_opened").count() == 1


def test_link_expires(client, invitation):
    link = mailed_link()
    with time_machine.travel(invitation.expires_at + timedelta(seconds=1)):
        assert client.get(link).status_code == 404
        assert accept(client, link).status_code == 404
    assert not Consumer.objects.get().is_active


@pytest.mark.parametrize("token", ["wrong", "x" * 5000, "%00", "ünïcode", "..", "a%2Fb"])
def test_wrong_token_gets_the_page_of_an_expired_one(client, invitation, token):
    assert client.get(f"/accounts/invitation/{token}/").status_code == 404


def test_inviting_again_invalidates_the_first_mail(client, invitation, sandbox):
    invitations.invite("dora@example.com")
    assert accept(client, mailed_link(0)).status_code == 404
    assert accept(client, mailed_link(1)).url == "/"


def test_withdrawn_invitation_is_invalid_until_sent_again(client, invitation, sandbox):
    assert invitations.withdraw(invitation)
    assert not invitations.withdraw(invitation)
    assert accept(client).status_code == 404
    invitations.invite("dora@example.com")
    assert accept(client).url == "/"


def test_user_with_an_account_is_not_invited(charlie):
    with pytest.raises(invitations.NotInvited, match="There is an account"):
        invitations.invite("Charlie@example.com")
    charlie.refresh_from_db()
    assert charlie.is_active and not mail.outbox


def test_inactive_account_is_not_invited(charlie):
    Consumer.objects.update(is_active=False)
    with pytest.raises(invitations.NotInvited, match="switched off"):
        invitations.invite("charlie@example.com")


def test_an_easy_password_is_refused_and_the_invitation_stays(client, invitation):
    assert 'id="id_password1_error"' in accept(client, password1="dora-example").content.decode()
    assert accept(client).url == "/"


def test_another_signed_in_user_is_told_and_can_sign_out(client, invitation, charlie):
    client.force_login(charlie)
    page = client.get(mailed_link())
    assert page.status_code == 409 and "charlie@example.com" in page.content.decode()
    assert accept(client).status_code == 409
    client.post("/accounts/logout/")
    assert client.get(mailed_link()).status_code == 200


def test_session_key_changes(client, invitation):
    client.get("/accounts/login/")
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    accept(client)
    assert client.cookies["sessionid"].value != before


def test_page_is_not_cached_framed_or_named_to_other_sites(client, invitation):
    page = client.get(mailed_link())
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Frame-Options"] == "DENY"


def test_guessing_tokens_is_rate_limited(client, invitation):
    answers = [client.get(f"/accounts/invitation/{n}/").status_code for n in range(21)]
    assert answers == [404] * 20 + [429]
    assert client.get(mailed_link()).status_code == 200


def test_many_people_of_one_office_open_their_invitations_at_once(client, invitation):
    assert {client.get(mailed_link()).status_code for _ in range(25)} == {200}


def test_inviting_withdrawing_and_opening_are_logged(client, charlie, sandbox, rf):
    operators = rf.get("/")
    operators.user = charlie
    invitation = invitations.invite("dora@example.com", request=operators)
    invitations.withdraw(invitation, operators)
    invitations.invite("dora@example.com")
    accept(client)
    lines = Activity.objects.order_by("pk").values_list("event", "address", "by")
    assert list(lines) == [
        ("invited", "dora@example.com", "charlie@example.com"),
        ("invitation_withdrawn", "dora@example.com", "charlie@example.com"),
        ("invited", "dora@example.com", "command"),
        ("account_opened", "dora@example.com", ""),
        ("signed_in", "dora@example.com", ""),
    ]


def test_log_never_contains_a_token(caplog):
    line = 'Forbidden (CSRF): https://x.example/accounts/invitation/s3cr-ET_/?a=1 "GET /accounts/invitation/s3cr-ET_/"'
    logging.getLogger("portal").warning("%s", line)
    assert "s3cr" not in caplog.text and "/accounts/invitation/<token>/?a=1" in caplog.text


def test_a_wrong_address_is_refused(db):
    with pytest.raises(Exception, match="Use only letters from a to z"):
        invitations.invite("d\u00f6ra@example.com")
    assert not Consumer.objects.exists()


def test_invitation_replaces_an_account_started_by_a_stranger(client, settings, sandbox, db):
    settings.PORTAL_SIGNUP = "open"
    stranger = Client()
    stranger.post(
        "/accounts/signup/", TYPED | {"email": "dora@example.com", "password1": "a-kettle-on-the-hob"}
    )
    code = mailed_code()
    invitations.invite("dora@example.com")
    accept(client)
    assert Consumer.objects.get().check_password(PASSWORD)
    stranger.post("/accounts/confirm-email/", {"code": code})
    assert stranger.get("/").status_code == 302 and Consumer.objects.get().check_password(PASSWORD)
