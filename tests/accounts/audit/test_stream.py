"""The audit stream: each line of the activity log once it is committed, whatever becomes of the place it goes to."""

import inspect
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from portal.accounts.audit import activity, stream
from portal.accounts.audit.activity import Event
from portal.accounts.audit.stream import Stream
from portal.accounts.models import Activity, Consumer
from portal.request_context import begin
from tests.conftest import make_consumer
from tests.support.patience import await_true

PROJECT = Path(__file__).resolve().parents[3]


class Place:
    """A sink that can be out of order, or hang."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_broken = False
        self.works = threading.Event()
        self.works.set()
        self.tried = threading.Event()

    def write(self, line: str) -> None:
        self.tried.set()
        assert self.works.wait(60)
        if self.is_broken:
            raise ConnectionRefusedError
        self.lines.append(line)

    def close(self) -> None:
        pass


@pytest.fixture
def place(monkeypatch) -> Place:
    monkeypatch.setattr(stream, "_RETRY_SECONDS", 0.01)
    return Place()


@pytest.fixture
def file(settings, tmp_path) -> Iterator[Path]:
    settings.PORTAL_AUDIT_STREAM = str(tmp_path / "audit.jsonl")
    yield tmp_path / "audit.jsonl"
    for key in list(stream._streams):
        if key[1] == settings.PORTAL_AUDIT_STREAM:
            stream._streams.pop(key).close()


def records(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def anna(db) -> Consumer:
    return make_consumer("Anna")


@pytest.mark.django_db(transaction=True)
def test_a_line_has_what_the_export_has(file):
    anna = make_consumer("Anna")
    begun = begin()
    activity.record(Event.SIGN_IN_FAILED, anna, detail="password\nforged")
    assert await_true(lambda: records(file))
    (record,) = records(file)
    assert record["time"].endswith("Z")
    assert (
        record.items()
        >= {
            "log": "audit",
            "event": "sign_in_failed",
            "account": "anna@example.com",
            "operator": "",
            "detail": "password\nforged",
            "network": None,
            "request": begun.id,
        }.items()
    )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_not_committed_is_not_sent(file):
    anna = make_consumer("Anna")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        activity.record(Event.SIGNED_OUT, anna)
        raise ZeroDivisionError
    activity.record(Event.NAME_CHANGED, anna)
    assert await_true(lambda: records(file))
    assert [record["event"] for record in records(file)] == ["name_changed"] and Activity.objects.count() == 1


def test_without_the_setting_nothing_is_started(anna, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        activity.record(Event.SIGNED_OUT, anna)
    assert callbacks == []


def test_a_place_that_is_out_of_order_gets_every_line_later_in_order(place, caplog):
    place.is_broken = True
    sent = Stream(place)
    for number in range(3):
        sent.put(str(number))
    assert await_true(lambda: "cannot be written" in caplog.text)
    place.is_broken = False
    assert await_true(lambda: place.lines == ["0", "1", "2"])
    assert await_true(lambda: "can be written again" in caplog.text)
    assert caplog.text.count("cannot be written") == 1 and "lost" not in caplog.text
    sent.close()


def test_lines_without_a_place_in_the_queue_are_counted_and_told(place, caplog):
    place.works.clear()
    sent = Stream(place, most_waiting=2)
    sent.put("0")
    assert place.tried.wait(60)
    for number in range(1, 8):
        sent.put(str(number))  # Does not wait, though nothing is written.
    place.works.set()
    assert await_true(lambda: len(place.lines) == 4)
    first, told, *others = place.lines
    assert [first, *others] == ["0", "1", "2"] and "The audit stream has lost 5 lines" in caplog.text
    assert json.loads(told).items() >= {"event": "stream_lost_lines", "number": 5}.items()
    sent.close()


def test_a_process_that_ends_writes_what_waits(place):
    sent = Stream(place)
    for number in range(100):
        sent.put(str(number))
    sent.close(60)
    assert len(place.lines) == 100


def test_a_process_that_ends_says_what_it_could_not_write(place, caplog):
    place.is_broken = True
    sent = Stream(place)
    for number in range(3):
        sent.put(str(number))
    sent.close(60)
    assert "loses lines: 3 so far" in caplog.text


def test_the_log_gets_no_line_of_the_stream(file, anna, caplog, capfd, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        activity.record(Event.SIGNED_OUT, anna)
    assert await_true(lambda: records(file))
    assert "anna" not in "".join((caplog.text, *capfd.readouterr()))


def test_no_line_is_written_past_the_stream():
    """A line of the log that is written in another way would be missing in the stream."""
    writing = re.compile(r"Activity\.objects\.(?:bulk_)?create\(")
    modules = (*(PROJECT / "portal").rglob("*.py"), *(PROJECT / "inbox").rglob("*.py"))
    writers = [path for path in modules if writing.search(path.read_text())]
    assert writers == [Path(inspect.getfile(activity))]
    functions = re.split(r"^def ", inspect.getsource(activity), flags=re.M)
    assert all("stream.publish" in one for one in functions if writing.search(one))
