"""The activity log in the admin: operators can read and export it, and cannot change it."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import Permission

from portal.accounts.admin import long_lists
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity, Consumer
from tests.conftest import make_consumer, sign_in

pytestmark = pytest.mark.postgresql

LIST = "/admin/accounts/activity/"


@pytest.fixture
def anna(db):
    return make_consumer("Anna")


def text(response):
    assert response.status_code == 200, response
    return b"".join(response.streaming_content).decode()


def records(response):
    return [json.loads(line) for line in text(response).splitlines()]


def test_list_shows_event_account_and_time(superuser, anna):
    activity.record(Event.SIGN_IN_FAILED, anna, detail="password")
    at = Activity.objects.get(event=Event.SIGN_IN_FAILED).at
    html = superuser.get(LIST).content.decode()
    assert "Sign-in failed: wrong password" in html and "anna@example.com" in html
    assert f"{at:%Y-%m-%d %H:%M:%S}" in html


def test_detail_page_shows_all_fields_of_a_line(superuser):
    line = Activity.objects.create(event=Event.SIGNED_IN, network="192.0.2.7", request_id="abc123abc123")
    html = superuser.get(f"{LIST}{line.pk}/change/").content.decode()
    assert "192.0.2.7" in html and "abc123abc123" in html
    assert html.count("What:") == 1 and "Event:" in html and "signed_in" in html


def test_exports_are_limited(superuser, settings):
    settings.ACCOUNT_RATE_LIMITS = {"export": "1/h/user"}
    assert [superuser.get(f"{LIST}export/csv/").status_code for _ in range(2)] == [200, 429]
    assert Activity.objects.filter(event=Event.LOG_EXPORTED).count() == 1


def test_searches_are_limited(superuser, settings):
    settings.ACCOUNT_RATE_LIMITS = {"admin_search": "1/m/user"}
    assert [superuser.get(f"{LIST}?q=anna").status_code for _ in range(2)] == [200, 429]
    assert superuser.get("/admin/accounts/consumer/?q=anna").status_code == 429
    assert superuser.get(LIST).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?q=anna",
        "?q=Anna@Ex",
        "?q=claims",
        "?q=Claims+anna",
        "?event__exact=message_opened",
        "?q=Root-1-ABCdef",
        "?when=today&q=anna",
    ],
)
def test_list_can_be_searched_and_filtered(superuser, anna, query):
    Activity.objects.create(
        event=Event.MESSAGE_OPENED, address=anna.email, box="Claims", request_id="Root-1-ABCdef"
    )
    activity.record(Event.SIGNED_OUT, make_consumer("Bob"))
    html = superuser.get(f"{LIST}{query}").content.decode()
    assert "anna@example.com" in html and "bob@example.com" not in html


@pytest.mark.parametrize("query", ["?when=2020-01", "?when=2020-01-31", "?q=nna", "?q=Root-1"])
def test_list_leaves_out_other_times_and_what_only_contains_the_words(superuser, anna, query):
    Activity.objects.create(event=Event.MESSAGE_OPENED, address=anna.email, request_id="Root-1-ABCdef")
    assert "anna@example.com" not in superuser.get(f"{LIST}{query}").content.decode()


def test_a_long_list_is_counted_up_to_a_point_and_says_so(superuser, anna, monkeypatch):
    monkeypatch.setattr(long_lists, "MOST", 60)
    Activity.objects.bulk_create(Activity(event=Event.SIGNED_IN, address=anna.email) for _ in range(70))
    html = superuser.get(LIST).content.decode()
    assert "Only the first 60 are counted and listed" in html and "60 activity log" in html
    assert "Only the first" not in superuser.get(f"{LIST}?event__exact=signed_out").content.decode()


def test_search_does_not_count_the_whole_log(superuser, anna, django_assert_max_num_queries):
    activity.record(Event.SIGNED_OUT, anna)
    with django_assert_max_num_queries(20) as queries:
        superuser.get(f"{LIST}?q=anna")
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "activity" in query["sql"]]
    assert counts and all("anna" in sql for sql in counts)


@pytest.mark.parametrize("end", ["add/", "{pk}/delete/", "{pk}/change/"])
def test_operators_cannot_add_change_or_delete(superuser, anna, end):
    activity.record(Event.SIGNED_OUT, anna)
    pk = Activity.objects.get(event=Event.SIGNED_OUT).pk
    assert superuser.post(LIST + end.format(pk=pk), {"post": "yes"}).status_code == 403
    assert Activity.objects.filter(pk=pk, event=Event.SIGNED_OUT).exists()


def test_operators_cannot_delete_from_the_list(superuser, anna):
    activity.record(Event.SIGNED_OUT, anna)
    pk = Activity.objects.get(event=Event.SIGNED_OUT).pk
    assert "delete_selected" not in superuser.get(LIST).content.decode()
    superuser.post(LIST, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert Activity.objects.filter(pk=pk).exists()


def test_export_contains_the_filtered_list(superuser, anna):
    activity.record(Event.SIGNED_IN, anna, detail="password")
    activity.record(Event.SIGNED_OUT, anna)
    html = superuser.get(f"{LIST}?event__exact=signed_in").content.decode()
    assert f'href="{LIST}export/csv/?event__exact=signed_in"' in html
    (record,) = records(superuser.get(f"{LIST}export/jsonl/?event__exact=signed_in"))
    assert (record["event"], record["account"], record["detail"]) == (
        "signed_in",
        "anna@example.com",
        "password",
    )


def test_csv_export_is_readable_by_spreadsheets(superuser, anna):
    activity.record(Event.MESSAGE_OPENED, anna, box="=Schäden")
    exported = text(superuser.get(f"{LIST}export/csv/?q=anna"))
    (row,) = csv.DictReader(io.StringIO(exported.removeprefix("\ufeff")))
    at = Activity.objects.get(event=Event.MESSAGE_OPENED).at
    assert exported[0] == "\ufeff"
    assert row["time"] == f"{at:%Y-%m-%dT%H:%M:%SZ}" and row["mailbox"] == "'=Schäden"


def test_export_is_logged_with_the_operator(superuser):
    text(superuser.get(f"{LIST}export/csv/"))
    line = Activity.objects.get(event=Event.LOG_EXPORTED)
    assert (line.by, line.detail, line.address) == ("olga@example.com", "csv", "")


@pytest.mark.parametrize("query", ["?at__gte=yesterday", "?at__gte=2026-13-45"])
def test_export_with_an_invalid_filter_redirects_to_the_list(superuser, query):
    assert superuser.get(f"{LIST}export/csv/{query}").url == LIST
    assert not Activity.objects.filter(event=Event.LOG_EXPORTED).exists()


def test_export_refuses_filters_on_other_fields(superuser):
    for query in ("consumer__password__startswith=p", "unknown=1"):
        assert superuser.get(f"{LIST}export/csv/?{query}").status_code == 400


def test_unknown_export_format_is_404_and_not_logged(superuser):
    assert superuser.get(f"{LIST}export/xlsx/").status_code == 404
    assert not Activity.objects.filter(event=Event.LOG_EXPORTED).exists()


def test_operator_without_the_permission_cannot_see_or_export(clerk):
    for page in (LIST, f"{LIST}export/csv/"):
        assert clerk.get(page).status_code == 403
    clara = Consumer.objects.get(email="clara@example.com")
    clara.user_permissions.add(Permission.objects.get(codename="view_activity"))
    assert clerk.get(LIST).status_code == 200
    assert text(clerk.get(f"{LIST}export/csv/"))


def test_consumer_cannot_see_or_export_the_log(anna):
    for page in (LIST, f"{LIST}export/csv/"):
        assert sign_in(anna).get(page).status_code == 302
