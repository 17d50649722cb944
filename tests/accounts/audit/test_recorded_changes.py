"""Every change of an account or a setting adds a line to the activity log, with the operator and the network."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from inbox.models import Securebox
from portal.accounts.models import Activity, Consumer
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in
from tests.conftest import sign_in as signed_in

pytestmark = pytest.mark.django_db
NEW = "anna.berg@example.com"


def lines(*fields, **which):
    return list(Activity.objects.filter(**which).order_by("pk").values_list(*fields))


@pytest.fixture
def superuser():
    return signed_in(make_superuser("Olga"))


@pytest.fixture
def changing_address(anna):
    """Anna's browser, in which she has just asked for another address."""
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/email/", {"email": NEW, "action_add": ""})
    return browser


def test_wrong_password_at_a_confirmation_is_not_a_failed_sign_in(anna):
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/reauthenticate/", {"password": "not-hers"})
    browser.post(
        "/accounts/password/change/", {"oldpassword": "not-hers", "password1": "a-kettle-on-the-hob"}
    )
    html = browser.get("/accounts/activity/").content.decode()
    assert html.count("Confirmation failed: wrong password") == 2
    assert "Sign-in failed" not in html and 'class="failed"' not in html


def change(browser, consumer, **rights):
    form = {"first_name": consumer.first_name, "last_name": consumer.last_name, **rights}
    return browser.post(f"/admin/accounts/consumer/{consumer.pk}/change/", form)


def test_each_granted_and_taken_right_is_logged(superuser, charlie):
    group, right = Group.objects.create(name="Clerks"), Permission.objects.get(codename="view_activity")
    change(superuser, charlie, is_staff="on", groups=[group.pk], user_permissions=[right.pk])
    change(superuser, charlie, is_superuser="on")
    assert set(lines("event", "detail", "by", "address")) == {
        (event, detail, "olga@example.com", "charlie@example.com")
        for event, detail in (
            ("rights_granted", "operator"),
            ("rights_granted", "group Clerks"),
            ("rights_granted", "accounts.view_activity"),
            ("rights_granted", "superuser"),
            ("rights_taken", "operator"),
            ("rights_taken", "group Clerks"),
            ("rights_taken", "accounts.view_activity"),
        )
    }


def test_unchanged_form_is_not_logged(superuser, charlie):
    change(superuser, charlie)
    assert lines("event") == []


def test_changed_rights_of_a_group_are_logged(superuser):
    right = Permission.objects.get(codename="view_activity")
    superuser.post("/admin/auth/group/add/", {"name": "Clerks", "permissions": [right.pk]})
    group = Group.objects.get()
    superuser.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Readers"})
    superuser.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert lines("event", "detail") == [
        ("rights_granted", "group Clerks: accounts.view_activity"),
        ("settings_changed", "group Clerks: added"),
        ("rights_taken", "group Readers: accounts.view_activity"),
        ("settings_changed", "group Readers: name, permissions"),
        ("settings_changed", "group Readers: deleted"),
    ]


def test_changes_of_a_securebox_are_logged(superuser, claims, charlie):
    form = {
        "title": "Claims",
        "slug": "claims",
        "name": "Claims01",
        "position": "0",
        "consumers": [charlie.pk],
        "extra_fields-TOTAL_FORMS": "0",
        "extra_fields-INITIAL_FORMS": "0",
    }
    superuser.post(f"/admin/inbox/securebox/{claims.pk}/change/", form)
    superuser.post(f"/admin/inbox/securebox/{claims.pk}/delete/", {"post": "yes"})
    (changed, deleted) = lines("event", "detail", "by", "address")
    assert changed[0] == deleted[0] == "settings_changed" and changed[2:] == ("olga@example.com", "")
    assert (
        "allows_purge" in changed[1]
        and "consumers" in changed[1]
        and changed[1].startswith("securebox Claims: ")
    )
    assert deleted[1] == "securebox Claims: deleted" and not Securebox.objects.exists()


def test_request_for_another_address_is_logged(changing_address):
    assert lines("address", "detail", event="address_asked_for") == [("anna@example.com", NEW)]


def test_wrong_code_for_a_new_address_is_logged(changing_address):
    changing_address.post("/accounts/confirm-email/", {"code": "0000-0000"})
    assert lines("address", "detail", event="address_code_wrong") == [("anna@example.com", "")]


def test_changed_address_is_logged_with_the_old_one(changing_address, superuser):
    changing_address.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert lines("address", "detail", event="address_changed") == [(NEW, "anna@example.com")]
    assert (
        "Email address changed from anna@example.com"
        in changing_address.get("/accounts/activity/").content.decode()
    )
    found = superuser.get("/admin/accounts/activity/?q=anna@example.com&event__exact=address_changed")
    assert NEW in found.content.decode()


def test_lines_of_an_account_are_found_after_its_address_changed(changing_address, superuser):
    changing_address.post("/accounts/confirm-email/", {"code": mailed_code()})
    anna = Consumer.objects.get(email=NEW)
    page = superuser.get(f"/admin/accounts/consumer/{anna.pk}/change/").content.decode()
    link = f"/admin/accounts/activity/?consumer__id__exact={anna.pk}"
    assert f'href="{link}"' in page
    listed = superuser.get(link).content.decode()
    assert "anna@example.com" in listed and "olga@example.com" not in listed.split('id="changelist-form"')[1]


def test_operators_invitation_is_logged_with_network_and_device(superuser):
    superuser.post("/admin/accounts/consumer/add/", {"email": "dora@example.com"}, REMOTE_ADDR="192.0.2.7")
    (line,) = Activity.objects.filter(event="invited")
    assert (line.by, line.network, line.device) == ("olga@example.com", "192.0.2.7", "Unknown device")
    assert line.request_id


def test_invitation_by_the_command_is_logged_as_its_own():
    call_command("consumer", "dora@example.com", "--invite", verbosity=0)
    assert lines("event", "by") == [("invited", "command")]


def test_consumer_sees_that_an_operator_changed_the_account(charlie):
    call_command("consumer", charlie.email, last_name="Berg", verbosity=0)
    browser = signed_in(charlie)
    assert "by our team" in browser.get("/accounts/activity/").content.decode()
    exported = b"".join(browser.get("/accounts/activity/download/jsonl/").streaming_content).decode()
    assert '"what": "Name changed"' in exported and '"by": "command"' in exported


def test_password_and_rights_set_by_the_command_are_logged(charlie):
    call_command("consumer", charlie.email, password=PASSWORD, operator=True, verbosity=0)
    call_command("consumer", charlie.email, operator=True, verbosity=0)
    assert set(lines("event", "detail", "by")) == {
        ("password_changed", "", "command"),
        ("rights_granted", "operator", "command"),
        ("rights_granted", "superuser", "command"),
    }


def test_accounts_made_by_the_command_are_logged():
    call_command("consumer", "dora@example.com", password=PASSWORD, verbosity=0)
    call_command("consumer", "emil@example.com", verbosity=0)
    assert lines("event", "address", "by") == [
        ("account_opened", "dora@example.com", "command"),
        ("account_prepared", "emil@example.com", "command"),
    ]


def test_account_that_gives_way_to_a_proved_address_is_logged(changing_address):
    Consumer.objects.create_user(NEW)
    changing_address.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert lines("address", "detail", event="account_closed") == [(NEW, "address proved by another")]


def test_each_box_of_a_bulk_deletion_is_logged(superuser, claims, billing):
    form = {"action": "delete_selected", "_selected_action": [claims.pk, billing.pk], "post": "yes"}
    superuser.post("/admin/inbox/securebox/", form)
    deleted = {"securebox Claims: deleted", "securebox Billing: deleted"}
    assert {detail for (detail,) in lines("detail", event="settings_changed")} == deleted
