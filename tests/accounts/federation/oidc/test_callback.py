"""The callback: answers that come twice, late, without a code, or without a sign-in; and the way there."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Activity, Consumer
from tests.accounts.federation.oidc.provider import CALLBACK, begin_sign_in, main_text, query

PORTAL = "http://localhost:8000"


def open_callback(client, url):
    return client.get(url.removeprefix(PORTAL))


def test_answer_to_another_browser_is_refused(client, db, provider):
    stolen = provider.authorize(begin_sign_in(Client()).url, sub="anna-1")
    page = open_callback(client, stolen)
    assert page.status_code == 403 and "This sign-in has expired" in main_text(page)
    assert not Consumer.objects.exists()


def test_answer_works_once(client, db, provider):
    back = provider.authorize(begin_sign_in(client).url, sub="anna-1")
    open_callback(client, back)
    client.logout()
    assert open_callback(client, back).status_code == 403


def test_used_answer_leads_a_signed_in_consumer_home(client, db, provider):
    back = provider.authorize(begin_sign_in(client).url, sub="anna-1")
    open_callback(client, back)
    assert open_callback(client, back).url == "/"


def test_sign_ins_in_two_windows_both_work(client, db, provider):
    first, second = begin_sign_in(client).url, begin_sign_in(client).url
    assert open_callback(client, provider.authorize(first, sub="anna-1")).url == "/"
    assert open_callback(client, provider.authorize(second, sub="anna-1")).url == "/"


def test_answer_after_eleven_minutes_is_refused(client, db, provider):
    back = provider.authorize(begin_sign_in(client).url, sub="anna-1")
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=11)):
        assert open_callback(client, back).status_code == 403


@pytest.mark.parametrize("question", ["", "?state=", "?state=x&code=y", "?code=y", "?error=access_denied"])
def test_made_up_callback_url_is_refused(client, db, provider, question):
    page = client.get(CALLBACK + question)
    assert page.status_code == 403 and "start again" in main_text(page)


def test_code_unknown_to_the_provider_is_refused(client, db, provider):
    state = query(begin_sign_in(client).url)["state"]
    page = client.get(f"{CALLBACK}?state={state}&code=made-up")
    assert page.status_code == 403 and "couldn’t confirm it’s you" in main_text(page)


def test_answer_without_a_code_is_refused(client, db, provider):
    assert client.get(f"{CALLBACK}?state={query(begin_sign_in(client).url)['state']}").status_code == 403


def test_declined_sign_in_shows_the_cancelled_page(client, db, provider):
    back = provider.authorize(begin_sign_in(client).url, action="deny")
    page = client.get(back.removeprefix(PORTAL), follow=True)
    assert page.status_code == 200 and "You’re not signed in" in main_text(page)
    assert Activity.objects.get().detail == "company"


@pytest.mark.parametrize(
    ("error", "status"),
    [("server_error", 503), ("temporarily_unavailable", 503), ("unauthorized_client", 502), ("<b>x", 502)],
)
def test_providers_error_becomes_a_page(client, db, provider, caplog, error, status):
    state = query(begin_sign_in(client).url)["state"]
    page = client.get(CALLBACK, {"state": state, "error": error, "error_description": "Secret words"})
    assert page.status_code == status
    assert "Secret words" not in page.content.decode() + caplog.text and "<b>x" not in page.content.decode()


def test_made_up_answers_fill_at_most_20_log_lines_a_minute(client, db, provider):
    pages = [client.get(f"{CALLBACK}?state=x").status_code for _ in range(30)]
    assert set(pages) == {403} and Activity.objects.count() == 20


def test_callback_rejects_post_and_login_needs_a_csrf_token(client, db, provider):
    assert client.post(CALLBACK).status_code == 405
    assert Client(enforce_csrf_checks=True).post("/accounts/company/").status_code == 403


def test_code_of_another_sign_in_fails_the_pkce_check(client, db, provider):
    """PKCE: a stolen code is worthless in a sign-in that the thief has begun."""
    stolen = query(provider.authorize(begin_sign_in(Client()).url, sub="anna-1"))["code"]
    state = query(begin_sign_in(client).url)["state"]
    assert client.get(CALLBACK, {"state": state, "code": stolen}).status_code == 403


def test_pages_are_404_without_a_provider(client, db):
    assert {
        client.get(f"/accounts/company/{page}").status_code for page in ("", "callback/", "cancelled/")
    } == {404}
    assert client.post("/accounts/company/").status_code == 404
    assert "Continue with" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("path", ["oidc/x/login/", "social/connections/", "3rdparty/", "company/signup/"])
def test_allauth_pages_of_social_accounts_do_not_exist(client, db, provider, path):
    client.force_login(Consumer.objects.create_user("anna@example.com"))
    assert client.get(f"/accounts/{path}").status_code == 404


def test_sign_in_page_offers_the_company_account(client, db, provider, django_assert_num_queries, settings):
    settings.PORTAL_OIDC_NAME = "Example Insurance"
    with django_assert_num_queries(0):
        html = client.get("/accounts/login/?next=/inbox/claims/").content.decode()
    form = html[html.index('action="/accounts/company/"') :]
    form = form[: form.index("</form>")]
    assert "Continue with Example Insurance" in form and 'value="/inbox/claims/"' in form
