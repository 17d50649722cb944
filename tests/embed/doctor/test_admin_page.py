"""The embed doctor's page in the admin: who may open it, what it shows, and what it neither shows nor stores."""

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


def test_the_list_of_websites_links_to_the_page(operator):
    html = operator.get("/admin/embed/website/").content.decode()
    assert f'href="{PAGE}"' in html and 'href="/admin/embed/website/add/"' in html


def test_findings_are_shown(operator, servers, listed):
    servers.website_answers("<p>Nothing here</p>")
    html = check(operator, servers)
    assert "1 thing has to be mended" in html and 'alt="to be mended"' in html and 'alt="works"' in html
    assert "&lt;script type=&quot;module&quot;" in html and "<p>Nothing here" not in html


def test_a_correct_website_has_nothing_to_change(operator, servers, listed):
    html = check(operator, servers)
    assert "All is well" in html and f'value="{servers.origin}/messages/"' in html


def test_a_form_without_a_url_is_invalid_and_fetches_nothing(operator, servers):
    html = operator.post(PAGE, {"url": " ", "token": "secret"}).content.decode()
    assert "This field is required." in html and "secret" not in html and not servers.website.requests


def test_a_token_is_checked_and_neither_shown_nor_stored(operator, servers, listed, settings, caplog):
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    Website.objects.update(company=make_company("first"))
    text = token(aud=servers.portal_origin, origin=servers.origin)
    html = check(operator, servers, token=text)
    assert "signature: right." in html and "All is well" in html
    assert text not in html and text not in caplog.text
    assert text not in str(list(Activity.objects.values_list())) and "anna@example.com" not in html


def test_the_activity_log_names_the_operator_and_the_host(operator, servers):
    operator.post(PAGE, {"url": f"{servers.origin}/a/?q=what-is-asked"})
    line = Activity.objects.get(event="website_checked")
    assert (line.by, line.detail) == ("olga@example.com", "127.0.0.1")


def test_an_invalid_url_is_reported_and_logged_without_it(operator):
    assert (
        "This is no address of a web page." in operator.post(PAGE, {"url": "https://[::1"}).content.decode()
    )
    assert Activity.objects.get(event="website_checked").detail == ""


def test_an_operator_with_the_view_permission_may_check_websites(servers):
    clerk = make_clerk("Clara")
    assert sign_in(clerk).get(PAGE).status_code == 403
    assert (
        sign_in(clerk).post(PAGE, {"url": servers.origin}).status_code == 403 and not servers.website.requests
    )
    clerk.user_permissions.add(Permission.objects.get(codename="view_website"))
    assert sign_in(clerk).get(PAGE).status_code == 200
    html = sign_in(clerk).get("/admin/embed/website/").content.decode()
    assert PAGE in html and "website/add/" not in html


def test_rejects_consumers_and_signed_out_users(alice, servers, client):
    assert sign_in(alice).post(PAGE, {"url": servers.origin}, follow=True).status_code == 403
    assert client.get(PAGE).status_code == 302 and not servers.website.requests


def test_requires_a_csrf_token_and_post(servers):
    signed_in = sign_in(make_superuser("Olga"))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    assert strict.post(PAGE, {"url": servers.origin}).status_code == 403
    assert signed_in.get(PAGE, {"url": servers.origin}).status_code == 200 and not servers.website.requests


def test_the_page_cannot_be_framed_and_has_no_inline_script_or_style(operator, servers, listed):
    answer = operator.post(PAGE, {"url": servers.origin})
    own = answer.content.decode().partition('<div id="content"')[2].partition("<footer")[0]
    assert own and "<script" not in own and "style=" not in own
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
