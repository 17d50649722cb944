"""A successful sign-in: to the company's provider and back."""

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.utils import timezone

from portal.accounts.models import Activity, Consumer
from tests.accounts.federation.oidc.provider import begin_sign_in, complete_sign_in, main_text, query

Event = Activity.Event


def events(consumer=None):
    lines = Activity.objects.filter(consumer=consumer) if consumer else Activity.objects
    return list(lines.order_by("pk").values_list("event", "detail"))


def test_sign_in_opens_an_account_with_a_proved_address(client, db, provider, sandbox):
    assert complete_sign_in(client, provider).url == "/"
    anna = Consumer.objects.get()
    assert (anna.verified_address(), anna.get_full_name()) == ("anna@example.com", "Anna Example")
    assert not anna.has_usable_password()
    assert client.get("/").status_code == 200
    assert events(anna) == [
        (Event.ACCOUNT_OPENED, "company"),
        (Event.COMPANY_SIGN_IN_LINKED, "company"),
        (Event.SIGNED_IN, "company"),
    ]


@pytest.mark.parametrize("mode", ["open", "invitation", "closed"])
def test_sign_in_works_in_every_sign_up_mode(client, db, provider, settings, mode):
    settings.PORTAL_SIGNUP = mode
    assert complete_sign_in(client, provider).url == "/"


def test_second_sign_in_opens_the_same_account(client, db, provider):
    complete_sign_in(client, provider)
    client.logout()
    complete_sign_in(client, provider)
    assert client.session["_auth_user_id"] == str(Consumer.objects.get().pk)
    assert events().count((Event.ACCOUNT_OPENED, "company")) == 1


def test_sign_in_redirects_to_the_requested_page(client, db, provider):
    assert complete_sign_in(client, provider, next="/inbox/claims/").url == "/inbox/claims/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_sign_in_does_not_redirect_to_other_sites(client, db, provider, elsewhere):
    assert complete_sign_in(client, provider, next=elsewhere).url == "/"


def test_request_to_the_provider_has_state_nonce_and_pkce(client, db, provider):
    asked = query(begin_sign_in(client).url)
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost:8000/accounts/company/callback/"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    again = query(begin_sign_in(client).url)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize("smuggled", ["scope=admin", "auth_params=prompt%3Dnone", "process=connect"])
def test_parameters_in_the_url_do_not_change_the_request_to_the_provider(client, db, provider, smuggled):
    asked = query(client.post(f"/accounts/company/?{smuggled}").url)
    assert "prompt" not in asked and "admin" not in asked["scope"]
    back = provider.authorize(client.post(f"/accounts/company/?{smuggled}").url, sub="anna-1")
    assert client.get(back.removeprefix("http://localhost:8000")).url == "/"


def test_sign_in_changes_the_session_key(client, db, provider):
    begin_sign_in(client)
    before = client.cookies["sessionid"].value
    complete_sign_in(client, provider)
    assert client.cookies["sessionid"].value != before


def test_link_alone_does_not_start_a_sign_in(client, db, provider):
    page = client.get("/accounts/company/?next=/inbox/claims/")
    assert page.status_code == 200 and "Continue with your customer account" in main_text(page)
    assert 'name="next" value="/inbox/claims/"' in main_text(page)


def test_sign_in_as_another_person_replaces_the_session(client, db, provider):
    complete_sign_in(client, provider)
    provider.add_person("bert-1", email="bert@example.com", email_verified=True)
    complete_sign_in(client, provider, "bert-1")
    assert client.session["_auth_user_id"] == str(Consumer.objects.get(email="bert@example.com").pk)


def test_token_is_stored_in_the_session_only(client, db, provider):
    complete_sign_in(client, provider)
    assert SocialAccount.objects.get().extra_data == {}
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"given_name": "Anna", "family_name": "van Dam"}, "Anna van Dam"),
        ({"name": "Anna Maria Example"}, "Anna Maria Example"),
        ({"given_name": "Anna\n\u202eMaria", "family_name": 7}, "Anna Maria"),
        ({"name": "x" * 81}, ""),
    ],
)
def test_usable_names_are_taken_from_the_token(client, db, provider, claims, name):
    provider.add_person("eva-1", email="eva@example.com", email_verified=True, **claims)
    complete_sign_in(client, provider, "eva-1")
    assert Consumer.objects.get().get_full_name() == name


def test_endpoints_and_keys_are_fetched_once(client, db, provider):
    complete_sign_in(client, provider)
    before = len(provider.requested_paths())
    complete_sign_in(client, provider)
    assert provider.requested_paths()[before:] == ["/oauth2/authorize", "/oauth2/token"]


def test_sign_in_counts_as_recent_authentication_for_five_minutes(client, db, provider):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        complete_sign_in(client, provider)
        assert client.get("/accounts/password/set/").status_code == 200
        clock.shift(301)
        assert client.get("/accounts/password/set/").url.startswith("/accounts/reauthenticate/sign-in/")
