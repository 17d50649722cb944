"""The account that a company sign-in opens, or refuses to open."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import connection
from django.test import Client

from portal.accounts.models import Activity, Consumer
from portal.accounts.signup import invitations
from tests.accounts.federation.oidc.provider import complete_sign_in, main_text
from tests.accounts.signing_in import PASSWORD
from tests.accounts.signing_in import sign_in as sign_in_with_password
from tests.conftest import sign_in

on_postgresql = pytest.mark.postgresql("portal.accounts.federation.linking")

Event = Activity.Event


def change_address(provider, address="anna.new@example.com"):
    provider.add_person("anna-1", email=address, email_verified=True)


@on_postgresql
def test_account_with_the_proved_address_is_linked_and_its_owner_notified(client, anna, provider):
    assert complete_sign_in(client, provider).url == "/"
    assert SocialAccount.objects.get().user == anna and Consumer.objects.count() == 1
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["anna@example.com"], "Your customer account now opens Secure messages")
    ]


def test_address_page_of_a_linked_account_says_that_the_company_decides(client, anna, provider):
    sign_in_with_password(client)
    told = "the address there replaces this one"
    assert told not in client.get("/accounts/email/").content.decode()
    client.post("/accounts/logout/")
    complete_sign_in(client, provider)
    assert told in client.get("/accounts/email/").content.decode()


@on_postgresql
def test_unproved_account_of_a_stranger_is_reset_for_the_owner(client, db, provider):
    squatter = Consumer.objects.create_user("anna@example.com", "a-strangers-password", first_name="Mallory")
    EmailAddress.objects.create(user=squatter, email="anna@example.com", primary=True)
    Authenticator.objects.create(user=squatter, type="totp", data={})
    SocialAccount.objects.create(user=squatter, provider="https://former.example.com", uid="mallory-1")
    elsewhere = sign_in(squatter)
    assert complete_sign_in(client, provider).url == "/"
    assert UserSession.objects.get().session_key == client.session.session_key
    assert elsewhere.get("/accounts/devices/").status_code == 302
    assert SocialAccount.objects.get().provider == provider.issuer
    anna = Consumer.objects.get()
    assert anna.verified_address() == "anna@example.com" and anna.get_full_name() == "Anna Example"
    assert not anna.has_usable_password() and not Authenticator.objects.exists()
    assert "incorrect" in main_text(sign_in_with_password(Client(), "a-strangers-password"))


def test_operator_with_an_unproved_address_is_not_linked(client, db, provider):
    operator = Consumer.objects.create_superuser("anna@example.com", PASSWORD)
    page = complete_sign_in(client, provider)
    assert page.status_code == 403 and "Another account here" in main_text(page)
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD) and not SocialAccount.objects.exists()


def test_account_with_an_unproved_changed_address_is_not_linked(client, anna, provider):
    Consumer.objects.filter(pk=anna.pk).update(email="anna.new@example.com")
    change_address(provider)
    assert complete_sign_in(client, provider).status_code == 403
    assert not SocialAccount.objects.exists()


def test_address_proved_as_another_accounts_second_one_is_refused(client, anna, provider):
    EmailAddress.objects.create(user=anna, email="eva@example.com", verified=True)
    provider.add_person("eva-1", email="eva@example.com", email_verified=True)
    assert complete_sign_in(client, provider, "eva-1").status_code == 403
    assert Consumer.objects.count() == 1


def test_sign_in_proves_an_unverified_address_again(client, db, provider, sandbox):
    complete_sign_in(client, provider)
    EmailAddress.objects.update(verified=False)
    complete_sign_in(client, provider)
    assert client.get("/").status_code == 200
    assert mail.outbox == [] and not Activity.objects.filter(event=Event.ADDRESS_CHANGED).exists()


def test_sign_in_accepts_a_pending_invitation(client, db, provider, sandbox):
    invitation = invitations.invite("anna@example.com", first_name="Ann")
    assert complete_sign_in(client, provider).url == "/"
    invitation.refresh_from_db()
    assert invitations.state(invitation) == invitations.State.ACCEPTED and not invitation.token_hash
    assert client.get("/").status_code == 200


def test_withdrawn_invitation_keeps_the_account_closed(client, db, provider):
    invitations.withdraw(invitations.invite("anna@example.com"))
    assert complete_sign_in(client, provider).status_code == 403


def test_sign_up_before_a_withdrawn_invitation_does_not_open_the_account(client, db, provider, settings):
    settings.PORTAL_SIGNUP = "open"
    invitation = invitations.invite("anna@example.com")
    typed = {"first_name": "Mallory", "last_name": "Example", "password1": PASSWORD}
    Client().post("/accounts/signup/", {"email": "anna@example.com", **typed})
    invitations.withdraw(invitation)
    assert complete_sign_in(client, provider).status_code == 403


@pytest.mark.parametrize("linked", [True, False])
def test_disabled_account_stays_disabled(client, anna, provider, linked):
    if linked:
        complete_sign_in(Client(), provider)
    Consumer.objects.update(is_active=False)
    page = complete_sign_in(client, provider)
    assert page.status_code == 403 and "switched off" in main_text(page)
    assert "_auth_user_id" not in client.session
    assert Activity.objects.first().consumer == anna


def test_second_step_is_still_required(client, anna, provider):
    Authenticator.objects.create(user=anna, type="totp", data={"secret": "x"})
    assert complete_sign_in(client, provider).url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session and "company_id_token" not in client.session


@on_postgresql
def test_linked_account_gets_the_address_in_the_token(client, db, provider):
    elsewhere = Client()
    complete_sign_in(elsewhere, provider)
    change_address(provider)
    assert complete_sign_in(client, provider).url == "/"
    anna = Consumer.objects.get()
    assert anna.verified_address() == "anna.new@example.com"
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["anna.new@example.com"]
    assert elsewhere.get("/accounts/devices/").status_code == 302
    assert Activity.objects.filter(event=Event.ADDRESS_CHANGED, consumer=anna).count() == 1
    assert [message.to for message in mail.outbox] == [["anna@example.com"]]


def test_linked_account_does_not_get_another_accounts_address(client, db, provider):
    complete_sign_in(client, provider)
    other = Consumer.objects.create_user("anna.new@example.com")
    other.mark_verified()
    change_address(provider)
    page = complete_sign_in(Client(), provider)
    assert page.status_code == 403 and "Another account here" in main_text(page)
    assert Consumer.objects.get(socialaccount__uid="anna-1").email == "anna@example.com"


@on_postgresql
def test_unproved_account_gives_way_to_a_new_address(client, db, provider):
    complete_sign_in(client, provider)
    Consumer.objects.create_user("anna.new@example.com")
    change_address(provider)
    assert complete_sign_in(Client(), provider).url == "/"
    assert Consumer.objects.get().email == "anna.new@example.com"


def test_old_address_opens_a_new_account_for_its_next_owner(client, db, provider):
    complete_sign_in(client, provider)
    change_address(provider)
    complete_sign_in(client, provider)
    provider.add_person("bert-1", email="anna@example.com", email_verified=True)
    complete_sign_in(Client(), provider, "bert-1")
    assert Consumer.objects.count() == 2


def test_new_subject_with_a_linked_address_opens_the_same_account(client, db, provider):
    complete_sign_in(client, provider)
    provider.add_person("anna-2", email="anna@example.com", email_verified=True)
    assert complete_sign_in(Client(), provider, "anna-2").url == "/"
    assert Consumer.objects.count() == 1


def test_same_subject_at_another_provider_is_another_person(client, db, provider):
    other = Consumer.objects.create_user("eve@example.com")
    SocialAccount.objects.create(user=other, provider="https://former.example.com", uid="anna-1")
    complete_sign_in(client, provider)
    assert SocialAccount.objects.get(provider=provider.issuer).user.email == "anna@example.com"


def test_names_given_by_the_operator_stay_if_the_token_has_none(client, db, provider):
    provider.add_person("eva-1", email="eva@example.com", email_verified=True)
    invitations.invite("eva@example.com", first_name="Eva", last_name="Example")
    complete_sign_in(client, provider, "eva-1")
    assert Consumer.objects.get().get_full_name() == "Eva Example"


@on_postgresql
def test_concurrent_first_sign_ins_open_one_account(transactional_db, provider):
    def sign_in_once(_number):
        try:
            return complete_sign_in(Client(), provider).url
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as windows:
        assert list(windows.map(sign_in_once, range(4))) == ["/"] * 4
    assert Consumer.objects.count() == 1
