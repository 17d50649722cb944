"""The embed doctor's page in the admin: who may open it, what it shows, and what it keeps to itself."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from portal.accounts.models import Activity
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.operators import make_clerk, make_superuser
from tests.conftest import sign_in

PAGE = "/admin/embed/website/check/"


@pytest.fixture
def operator(db):
    return sign_in(make_superuser("Olga"))


def check(client, servers, **form):
    return client.post(PAGE, {"url": f"{servers.origin}/messages/", **form}).content.decode()


def test_the_list_of_websites_leads_there(operator):
    html = operator.get("/admin/embed/website/").content.decode()
    assert f'href="{PAGE}"' in html and 'href="/admin/embed/website/add/"' in html


def test_what_works_and_what_does_not_is_said(operator, servers, listed):
    servers.website_answers("<p>Nothing here</p>")
    html = check(operator, servers)
    assert "1 thing has to be changed" in html and 'alt="to be changed"' in html and 'alt="works"' in html
    assert "&lt;script type=&quot;module&quot;" in html and "<p>Nothing here" not in html


def test_a_website_that_is_right_needs_nothing(operator, servers, listed):
    html = check(operator, servers)
    assert "Nothing has to be changed" in html and f'value="{servers.origin}/messages/"' in html


def test_a_form_without_an_address_is_not_looked_at(operator, servers):
    html = operator.post(PAGE, {"url": " ", "token": "secret"}).content.decode()
    assert "This field is required." in html and "secret" not in html and not servers.website.requests


def test_a_token_is_explained_and_neither_shown_again_nor_kept(operator, servers, listed, settings, caplog):
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    Website.objects.update(company=make_company("first"))
    text = token(aud=servers.portal_origin, origin=servers.origin)
    html = check(operator, servers, token=text)
    assert "signature: right." in html and "Nothing has to be changed" in html
    assert text not in html and text not in caplog.text
    assert text not in str(list(Activity.objects.values_list())) and "anna@example.com" not in html


def test_the_log_says_who_checked_which_host(operator, servers):
    operator.post(PAGE, {"url": f"{servers.origin}/a/?q=what-is-asked"})
    line = Activity.objects.get(event="website_checked")
    assert (line.by, line.detail) == ("olga@example.com", "127.0.0.1")


def test_an_address_that_is_none_is_logged_and_told(operator):
    assert (
        "This is no address of a web page." in operator.post(PAGE, {"url": "https://[::1"}).content.decode()
    )
    assert Activity.objects.get(event="website_checked").detail == ""


def test_an_operator_who_may_see_websites_may_check_them(servers):
    clerk = make_clerk("Clara")
    assert sign_in(clerk).get(PAGE).status_code == 403
    assert (
        sign_in(clerk).post(PAGE, {"url": servers.origin}).status_code == 403 and not servers.website.requests
    )
    clerk.user_permissions.add(Permission.objects.get(codename="view_website"))
    assert sign_in(clerk).get(PAGE).status_code == 200
    html = sign_in(clerk).get("/admin/embed/website/").content.decode()
    assert PAGE in html and "website/add/" not in html


def test_nobody_else_gets_there(alice, servers, client):
    assert sign_in(alice).post(PAGE, {"url": servers.origin}, follow=True).status_code == 403
    assert client.get(PAGE).status_code == 302 and not servers.website.requests


def test_a_website_is_checked_by_a_form_of_this_page_alone(servers):
    signed_in = sign_in(make_superuser("Olga"))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    assert strict.post(PAGE, {"url": servers.origin}).status_code == 403
    assert signed_in.get(PAGE, {"url": servers.origin}).status_code == 200 and not servers.website.requests


def test_the_page_is_shown_in_no_frame_and_has_no_script_or_style_of_its_own(operator, servers, listed):
    answer = operator.post(PAGE, {"url": servers.origin})
    own = answer.content.decode().partition('<div id="content"')[2].partition("<footer")[0]
    assert own and "<script" not in own and "style=" not in own
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
