"""Downloads of the activity log: a consumer's own, for spreadsheets and for programs, and the formats themselves."""

import csv
import io
import json
import tracemalloc

import pytest

from portal.accounts.audit import activity, exports
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity
from tests.conftest import make_consumer, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def anna(db):
    return make_consumer("Anna")


def download(consumer, form):
    response = sign_in(consumer).get(f"/accounts/activity/download/{form}/")
    return response, b"".join(response.streaming_content).decode() if response.streaming else ""


def test_csv_download_is_readable_by_spreadsheets(anna):
    activity.record(Event.MESSAGE_OPENED, anna, box="Schäden, groß")
    response, text = download(anna, "csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8" and text.startswith("\ufeff")
    assert 'attachment; filename="activity-' in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["what"], row["mailbox"]) for row in rows] == [
        ("Downloaded: activity", ""),
        ("Message opened", "Schäden, groß"),
    ]


def test_json_lines_download_is_readable_by_programs(anna):
    activity.record(Event.MESSAGE_OPENED, anna, box="Schäden")
    at = Activity.objects.get().at
    record = json.loads(download(anna, "jsonl")[1].splitlines()[1])
    assert record == {
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "what": "Message opened",
        "mailbox": "Schäden",
        "device": "",
        "place": "",
        "network": None,
        "by": "account",
    }


def test_download_has_no_data_of_others_or_of_operators(anna, rf):
    olga = make_consumer("Olga")
    request = rf.get("/", headers={"User-Agent": "Firefox/140.0"}, REMOTE_ADDR="192.0.2.7")
    activity.record(Event.DEACTIVATED, anna, request, by=olga.email)
    activity.record(Event.SIGNED_OUT, olga)
    _response, text = download(anna, "jsonl")
    assert len(text.splitlines()) == 2 and '"by": "operator"' in text
    assert "olga" not in text and "192.0.2.7" not in text and "Firefox" not in text


def test_download_is_logged(anna):
    download(anna, "csv")
    line = Activity.objects.get()
    assert (line.event, line.detail, line.address) == ("exported", "activity", "anna@example.com")


def test_unknown_format_is_404_and_not_logged(anna):
    assert download(anna, "xlsx")[0].status_code == 404 and not Activity.objects.exists()


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_csv_escapes_formulas(begin):
    (_names, cells) = exports.csv_lines([{"device": f'{begin}HYPERLINK("https://evil.example")'}])
    (row,) = csv.reader(io.StringIO(cells, newline=""))
    assert row[0].startswith("'" + begin)


@pytest.mark.parametrize("begin", ["x;", "x;y\t", 'x;"', "x\n", "x; ", " "])
def test_csv_escapes_formulas_for_other_separators(begin):
    (_names, cells) = exports.csv_lines([{"time": "2026", "device": f"{begin}=1+1;y"}])
    for delimiter in ",;\t":
        rows = csv.reader(io.StringIO(cells, newline=""), delimiter=delimiter)
        assert not [cell for row in rows for cell in row if cell.lstrip().startswith("=")]


def test_csv_quotes_special_characters():
    (_names, cells) = exports.csv_lines([{"a": 'say "x", then\ny', "b": 3, "c": None}])
    assert list(csv.reader(io.StringIO(cells, newline=""))) == [['say "x", then\ny', "3", ""]]


@pytest.mark.proof
def test_export_memory_does_not_grow_with_the_log(db):
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
