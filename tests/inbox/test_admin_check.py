"""The admin's page that checks the connection to the API: who may open it, and what it shows and stores."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from portal.accounts.models import Activity
from tests.accounts.operators import make_clerk, make_superuser
from tests.conftest import sign_in
from tests.inbox.diagnosis.api import ALICE, Api
from tests.support.wire import Wire, envelope, reply

PAGE = "/admin/inbox/securebox/check/"
FORM = {"address": ALICE, "securebox": "claims"}


@pytest.fixture
def api(db, settings):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        api = Api(wire)
        wire.script(api)
        yield api


@pytest.fixture
def operator(db):
    return sign_in(make_superuser("Olga"))


def check(client, **form):
    return client.post(PAGE, {**FORM, **form}).content.decode()


def test_the_list_of_secureboxes_links_to_the_page(operator):
    html = operator.get("/admin/inbox/securebox/").content.decode()
    assert f'href="{PAGE}"' in html and 'href="/admin/inbox/securebox/add/"' in html


def test_a_healthy_api_is_well(operator, api):
    html = check(operator)
    assert "All is well" in html and 'alt="works"' in html and 'alt="to be mended"' not in html
    assert "The newest message comes first." in html and "from (object)" in html
    assert f'value="{ALICE}"' in html


def test_nothing_is_called_well_above_a_warning(operator, api):
    api.change(subject=None)
    html = check(operator)
    assert "to be looked at</h2>" in html and "All is well" not in html


def test_what_is_to_be_mended_is_shown_with_its_setting(operator, api):
    api.change(date=None, created="2025-11-01T08:00:00Z")
    html = check(operator)
    assert "1 thing has to be mended" in html and 'alt="to be mended"' in html
    assert "SECUREMAIL_MESSAGE_FIELDS={&quot;date&quot;: [&quot;created&quot;]}" in html


def test_what_the_api_says_is_shown_as_text(operator, api):
    status = {"code": "FAILURE", "message": "<script>alert(1)</script>", "detail": ""}
    api.acts["list"] = reply({"status": status}, 400)
    html = check(operator)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<script>alert" not in html


def test_a_form_that_cannot_be_asked_calls_nobody(operator, api):
    assert "Enter a valid email address" in check(operator, address="alice")
    assert "securebox must be empty or 3-16" in check(operator, securebox="a b")
    assert "This field is required" in check(operator, address="")
    assert api.wire.requests == []


def test_a_wrong_setting_is_named_on_the_page(operator, api, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subjct": ["topic"]}
    assert "no field &#x27;subjct&#x27;" in check(operator)


def test_the_activity_log_names_the_operator_the_box_and_the_customer(operator, api, claims, alice):
    check(operator, securebox="Claims01", address="Alice@Example.com")
    line = Activity.objects.get(event="securemail_checked")
    assert (line.by, line.box, line.consumer) == ("olga@example.com", "Claims", alice)


def test_the_activity_log_names_nobody_without_an_account(operator, api):
    check(operator)
    line = Activity.objects.get(event="securemail_checked")
    assert (line.by, line.box, line.address) == ("olga@example.com", "claims", "")
    assert ALICE not in str(list(Activity.objects.values_list()))


def test_operators_need_the_right_to_change_secureboxes(api):
    clerk = make_clerk("Clara")
    clerk.user_permissions.add(Permission.objects.get(codename="view_securebox"))
    assert sign_in(clerk).get(PAGE).status_code == sign_in(clerk).post(PAGE, FORM).status_code == 403
    assert PAGE not in sign_in(clerk).get("/admin/inbox/securebox/").content.decode()
    assert api.wire.requests == []
    clerk.user_permissions.add(Permission.objects.get(codename="change_securebox"))
    assert "All is well" in check(sign_in(clerk))
    html = sign_in(clerk).get("/admin/inbox/securebox/").content.decode()
    assert PAGE in html and "securebox/add/" not in html


def test_rejects_consumers_and_signed_out_users(alice, api, client):
    assert sign_in(alice).post(PAGE, FORM, follow=True).status_code == 403
    assert client.get(PAGE).status_code == 302 and api.wire.requests == []


def test_requires_a_csrf_token_and_post(operator, api):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = operator.cookies
    assert strict.post(PAGE, FORM).status_code == 403
    assert operator.get(PAGE, FORM).status_code == 200 and api.wire.requests == []


def test_is_limited(operator, api, settings):
    settings.ACCOUNT_RATE_LIMITS = {"securemail_check": "1/m/user"}
    assert "All is well" in check(operator)
    api.wire.requests.clear()
    answer = operator.post(PAGE, FORM)
    assert answer.status_code == 429 and api.wire.requests == []


def test_has_no_inline_script_or_style(operator, api):
    own = check(operator).partition('<div id="content"')[2].partition("<footer")[0]
    assert own and "<script" not in own and "style=" not in own


def test_an_api_that_fails_is_a_report_and_no_error_page(operator, api):
    api.acts = dict.fromkeys(("count", "list"), reply(envelope("FAILURE"), 500))
    assert operator.post(PAGE, FORM).status_code == 200
    assert "the API has trouble of its own" in check(operator)
