"""The activity log in the admin: operators read and export it, and nobody changes it."""

import csv
import io
import json
import os
import subprocess
import sys
import tracemalloc

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.core.management import call_command

from portal.accounts.audit import activity, exports
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity
from tests.conftest import make_consumer, sign_in

pytestmark = pytest.mark.postgresql

LIST = "/admin/accounts/activity/"


@pytest.fixture
def anna(db):
    return make_consumer("Anna")


@pytest.fixture
def olga(db):
    olga = make_consumer("Olga")
    olga.is_staff = olga.is_superuser = True
    olga.save()
    Authenticator.objects.create(user=olga, type=Authenticator.Type.TOTP, data={})
    return olga


@pytest.fixture
def operator(olga):
    return sign_in(olga)


def text(response):
    assert response.status_code == 200, response
    return b"".join(response.streaming_content).decode()


def records(response):
    return [json.loads(line) for line in text(response).splitlines()]


def test_lists_what_happened_to_whom_and_when(operator, anna):
    activity.record(Event.SIGN_IN_FAILED, anna, detail="password")
    at = Activity.objects.get(event=Event.SIGN_IN_FAILED).at
    html = operator.get(LIST).content.decode()
    assert "Sign-in failed: wrong password" in html and "anna@example.com" in html
    assert f"{at:%Y-%m-%d %H:%M:%S}" in html


def test_shows_one_line_with_all_that_is_known_of_it(operator):
    line = Activity.objects.create(event=Event.SIGNED_IN, network="192.0.2.7", request_id="abc123abc123")
    html = operator.get(f"{LIST}{line.pk}/change/").content.decode()
    assert "192.0.2.7" in html and "abc123abc123" in html
    assert html.count("What:") == 1 and "Event:" in html and "signed_in" in html


@pytest.mark.parametrize("query", ["?q=anna", "?q=Claims", "?event__exact=message_opened", "?q=abc123abc123"])
def test_is_searched_and_filtered(operator, anna, query):
    Activity.objects.create(
        event=Event.MESSAGE_OPENED, address=anna.email, box="Claims", request_id="abc123abc123"
    )
    activity.record(Event.SIGNED_OUT, make_consumer("Bob"))
    html = operator.get(f"{LIST}{query}").content.decode()
    assert "anna@example.com" in html and "bob@example.com" not in html


def test_counts_only_what_is_listed(operator, anna, django_assert_max_num_queries):
    activity.record(Event.SIGNED_OUT, anna)
    with django_assert_max_num_queries(20) as queries:
        operator.get(f"{LIST}?q=anna")
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "activity" in query["sql"]]
    assert counts and all("anna" in sql for sql in counts)


@pytest.mark.parametrize("end", ["add/", "{pk}/delete/", "{pk}/change/"])
def test_operators_change_nothing(operator, anna, end):
    activity.record(Event.SIGNED_OUT, anna)
    pk = Activity.objects.get(event=Event.SIGNED_OUT).pk
    assert operator.post(LIST + end.format(pk=pk), {"post": "yes"}).status_code == 403
    assert Activity.objects.filter(pk=pk, event=Event.SIGNED_OUT).exists()


def test_operators_delete_nothing_from_the_list(operator, anna):
    activity.record(Event.SIGNED_OUT, anna)
    pk = Activity.objects.get(event=Event.SIGNED_OUT).pk
    assert "delete_selected" not in operator.get(LIST).content.decode()
    operator.post(LIST, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert Activity.objects.filter(pk=pk).exists()


def test_the_lines_of_a_deleted_account_stay_with_its_address(anna):
    activity.record(Event.SIGNED_OUT, anna)
    anna.delete()
    line = Activity.objects.get()
    assert (line.consumer, line.address) == (None, "anna@example.com")


def test_no_code_changes_or_deletes_a_line(anna):
    activity.record(Event.SIGNED_OUT, anna)
    line, lines = Activity.objects.get(), Activity.objects.all()
    for attempt in (line.save, line.delete, lines.delete, lambda: lines.update(address="x")):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(TypeError):
        anna.activities.all().delete()
    assert Activity.objects.get().address == "anna@example.com"


def test_exports_the_list_as_it_is_filtered(operator, anna):
    activity.record(Event.SIGNED_IN, anna, detail="password")
    activity.record(Event.SIGNED_OUT, anna)
    html = operator.get(f"{LIST}?event__exact=signed_in").content.decode()
    assert f'href="{LIST}export/csv/?event__exact=signed_in"' in html
    (record,) = records(operator.get(f"{LIST}export/jsonl/?event__exact=signed_in"))
    assert (record["event"], record["account"], record["detail"]) == (
        "signed_in",
        "anna@example.com",
        "password",
    )


def test_exports_for_a_spreadsheet(operator, anna):
    activity.record(Event.MESSAGE_OPENED, anna, box="=Schäden")
    exported = text(operator.get(f"{LIST}export/csv/?q=anna"))
    (row,) = csv.DictReader(io.StringIO(exported.removeprefix("\ufeff")))
    at = Activity.objects.get(event=Event.MESSAGE_OPENED).at
    assert exported[0] == "\ufeff"
    assert row["time"] == f"{at:%Y-%m-%dT%H:%M:%SZ}" and row["mailbox"] == "'=Schäden"


def test_an_export_is_a_line_of_its_own_by_the_operator(operator):
    text(operator.get(f"{LIST}export/csv/"))
    line = Activity.objects.get(event=Event.LOG_EXPORTED)
    assert (line.by, line.detail, line.address) == ("olga@example.com", "csv", "")


@pytest.mark.parametrize("query", ["?at__gte=yesterday", "?at__gte=2026-13-45"])
def test_a_filter_that_cannot_be_exports_nothing(operator, query):
    assert operator.get(f"{LIST}export/csv/{query}").url == LIST
    assert not Activity.objects.filter(event=Event.LOG_EXPORTED).exists()


def test_nothing_beyond_the_log_is_found_out_by_filtering(operator):
    for query in ("consumer__password__startswith=p", "unknown=1"):
        assert operator.get(f"{LIST}export/csv/?{query}").status_code == 400


def test_there_is_no_other_form(operator):
    assert operator.get(f"{LIST}export/xlsx/").status_code == 404
    assert not Activity.objects.filter(event=Event.LOG_EXPORTED).exists()


def test_an_operator_without_the_right_sees_and_exports_nothing(olga, operator):
    olga.is_superuser = False
    olga.save()
    for page in (LIST, f"{LIST}export/csv/"):
        assert operator.get(page).status_code == 403
    olga.user_permissions.add(Permission.objects.get(codename="view_activity"))
    assert operator.get(LIST).status_code == 200
    assert text(operator.get(f"{LIST}export/csv/"))


def test_a_consumer_is_let_into_neither(anna):
    for page in (LIST, f"{LIST}export/csv/"):
        assert sign_in(anna).get(page).status_code == 302


def test_an_export_takes_no_more_memory_for_more_lines(db):
    Activity.objects.bulk_create(
        (
            Activity(event=Event.SIGNED_OUT, address="anna@example.com", device="Firefox")
            for _ in range(10_000)
        ),
        batch_size=5_000,
    )
    tracemalloc.start()
    try:
        lines = sum(1 for _line in exports.json_lines(exports.audit_records(Activity.objects.all())))
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert lines == 10_000 and most < 4_000_000


def test_the_command_writes_the_log_of_one_account_between_two_days(anna, capsys):
    Activity.objects.create(event=Event.SIGNED_IN, address=anna.email, at="2026-11-01T12:00:00Z")
    Activity.objects.create(event=Event.SIGNED_OUT, address=anna.email, at="2026-11-02T23:59:00Z")
    Activity.objects.create(event=Event.SIGNED_OUT, address="bob@example.com", at="2026-11-01T12:00:00Z")
    Activity.objects.create(event=Event.SIGN_IN_FAILED, address=anna.email, at="2026-11-03T00:00:00Z")
    call_command("activity", "--since=2026-11-01", "--until=2026-11-02", "--address=Anna@example.com")
    names, *lines = capsys.readouterr().out.splitlines()
    assert names.startswith("time,event,account,operator,mailbox")
    assert [line.split(",")[1] for line in lines] == ["signed_in", "signed_out"]


def test_the_command_ends_in_silence_where_its_reader_has_seen_enough(tmp_path):
    """As `head` does: it closes the pipe before the last line."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/log.sqlite3"}
    subprocess.run([sys.executable, "manage.py", "migrate"], env=environment, check=True, capture_output=True)
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "manage.py", "activity"]
    run = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)  # noqa: S603  A command of our own.
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, b"")


def test_the_command_writes_json_lines_and_leaves_a_line_itself(db, capsys):
    call_command("activity", "--format=jsonl")
    (record,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (record["event"], record["detail"]) == ("log_exported", "jsonl, on the server")
