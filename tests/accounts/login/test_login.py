import re

import pytest
from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.core import mail
from django.core.management import call_command

PASSWORD = "a-lamp-by-the-window"


@pytest.fixture
def anna(db):
    call_command("consumer", "anna@example.com", first_name="Anna", password=PASSWORD, verbosity=0)


def sign_in(client, password=PASSWORD, login="anna@example.com", query=""):
    return client.post(f"/accounts/login/{query}", {"login": login, "password": password})


def test_works(client, anna):
    assert sign_in(client).url == "/"


def test_any_case_of_the_address_works(client, anna):
    assert sign_in(client, login="Anna@Example.COM").url == "/"


def test_redirects_to_the_requested_page(client, anna, sandbox):
    assert client.get("/inbox/claims/").url == "/accounts/login/?next=/inbox/claims/"
    assert sign_in(client, query="?next=/inbox/claims/").url == "/inbox/claims/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "//["]
)
def test_does_not_redirect_to_other_sites(client, anna, elsewhere):
    assert sign_in(client, query=f"?next={elsewhere}").url == "/"


def test_wrong_password_and_unknown_address_get_the_same_error(client, anna):
    pages = [sign_in(client, "wrong-password-x"), sign_in(client, login="nobody@example.com")]
    words = {re.search(r'role="alert"[^>]*>(.*?)</div>', page.content.decode(), re.S)[1] for page in pages}
    assert len(words) == 1 and "is incorrect" in words.pop()


def test_guessing_passwords_is_stopped(client, anna):
    for _ in range(5):
        sign_in(client, "wrong-password-x")
    assert "Too many wrong passwords" in sign_in(client).content.decode()


def test_unverified_address_has_to_confirm_a_code(client, anna, django_user_model):
    django_user_model.objects.get().emailaddress_set.update(verified=False)
    assert sign_in(client).url == "/accounts/confirm-email/"
    client.get("/accounts/confirm-email/")
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[0].body, re.M)[1]
    assert client.post("/accounts/confirm-email/", {"code": code}).url == "/"


def test_forgotten_password_is_replaced_with_a_code(client, anna):
    client.post("/accounts/password/reset/", {"email": "anna@example.com"})
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail.outbox[0].body, re.M)[1]
    confirmed = client.post("/accounts/password/reset/confirm/", {"code": code}, follow=True)
    address = confirmed.redirect_chain[-1][0]
    client.post(address, {"password1": "a-kettle-on-the-hob", "password2": "a-kettle-on-the-hob"})
    client.logout()
    assert sign_in(client, "a-kettle-on-the-hob").url == "/"


def test_requesting_a_code_for_an_unknown_address_reveals_nothing(client, anna):
    known = client.post("/accounts/password/reset/", {"email": "anna@example.com"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [["anna@example.com"]]


def test_mailed_code_names_the_portal_and_has_no_link(client, anna):
    client.post("/accounts/password/reset/", {"email": "anna@example.com"})
    assert mail.outbox[0].body.strip().endswith("Secure messages") and "://" not in mail.outbox[0].body


def test_signing_out_needs_a_post_and_ends_the_session(client, anna, sandbox):
    sign_in(client)
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_sign_up_is_closed_by_default(client, db, django_user_model):
    form = {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert "you need an invitation" in client.post("/accounts/signup/", form).content.decode().lower()
    assert not django_user_model.objects.exists()


def test_session_key_changes_at_sign_in(client, anna):
    client.get("/accounts/login/")
    session = client.session
    session["before"] = True
    session.save()
    before = client.cookies["sessionid"].value if "sessionid" in client.cookies else session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    "page", ["login", "password/reset", "password/change", "email", "logout", "reauthenticate", "signup"]
)
def test_every_account_page_is_in_the_portals_design_and_without_inline_style(client, anna, page):
    if page not in ("login", "password/reset", "signup"):
        sign_in(client)
    html = client.get(f"/accounts/{page}/").content.decode()
    assert 'class="brand"' in html and "style=" not in html and "<script>" not in html and "&lt;" not in html
    main = html[html.index("<main") :]
    assert page == "signup" or '<button class="button' in main
    assert "< button" not in html


def test_sign_ins_are_counted_by_method_and_outcome(client, anna, measured):
    for password in ("wrong, and long enough", PASSWORD):
        client.post("/accounts/login/", {"login": "anna@example.com", "password": password})
    text = measured()
    assert 'securebox_sign_ins_total{method="password",outcome="failed"} 1.0' in text
    assert 'securebox_sign_ins_total{method="password",outcome="ok"} 1.0' in text
    assert "anna" not in text


def test_nothing_is_read_for_a_page_that_is_not_shown(client, anna, django_assert_max_num_queries):
    """The answer leads to another page, which asks for the departments itself."""
    with django_assert_max_num_queries(30) as asked:
        assert sign_in(client).status_code == 302
    assert not [query["sql"] for query in asked.captured_queries if "inbox_" in query["sql"]]


def test_words_that_django_allauth_names_and_does_not_have_are_left_out(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = {}
    request._messages = default_storage(request)
    get_adapter(request).add_message(request, messages.INFO, "account/messages/no_such_words.txt")
    assert list(request._messages) == []
