"""The activity log as a file: CSV for a spreadsheet, JSON lines for a program. Of any length, a line at a time."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from portal.accounts.audit import activity, descriptions
from portal.accounts.models import Activity
from portal.accounts.sessions import client_info

Record = dict[str, str | int | None]

_FETCHED = 2_000  # Lines that are in memory at the same time.
# What makes a spreadsheet take a cell for a formula, typed in full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def for_audit(lines: QuerySet[Activity]) -> Iterator[Record]:
    """Everything that is known, under names that stay; times are in UTC."""
    for line in lines.iterator(_FETCHED):
        yield {
            "time": _utc(line.at),
            "event": line.event,
            "account": line.address,
            "operator": line.by,
            "mailbox": line.box,
            "number": line.number,
            "detail": line.detail,
            "device": line.device,
            "network": line.network,
            "request": line.request_id,
        }


def for_consumer(lines: QuerySet[Activity]) -> Iterator[Record]:
    """What the consumer's own page shows, and the network address. Which operator it was, and where, is not."""
    for line in lines.iterator(_FETCHED):
        theirs = not line.by
        operator = activity.COMMAND if line.by == activity.COMMAND else "operator"
        yield {
            "time": _utc(line.at),
            "what": descriptions.what(line),
            "mailbox": line.box,
            "device": line.device if theirs else "",
            "place": client_info.place(line.network) if theirs else "",
            "network": line.network if theirs else None,
            "by": "account" if theirs else operator,
        }


def csv_lines(records: Iterable[Record]) -> Iterator[str]:
    """A line with the names comes first, unless there is nothing at all."""
    writer = csv.writer(_Echo())
    for number, record in enumerate(records):
        if number == 0:
            yield writer.writerow(record)
        yield writer.writerow([_cell(value) for value in record.values()])


def json_lines(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"


LINES: dict[str, Callable[[Iterable[Record]], Iterator[str]]] = {"csv": csv_lines, "jsonl": json_lines}
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


def download(records: Iterable[Record], form: str) -> StreamingHttpResponse:
    """A file `activity-<today>.<form>` to be saved. Raises Http404 where there is no such form."""
    if form not in LINES:
        raise Http404
    name = f"activity-{timezone.localdate():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_encoded(records, form), content_type=_TYPES[form], headers=headers)


def _encoded(records: Iterable[Record], form: str) -> Iterator[bytes]:
    if form == "csv":
        yield "\ufeff".encode()  # Without it, spreadsheets take UTF-8 for something else.
    for line in LINES[form](records):
        yield line.encode()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _cell(value: str | int | None) -> str | int | None:
    """No cell is a formula: a device's name comes from whoever sent it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class _Echo:
    """A file for `csv` that hands each line back."""

    def write(self, line: str) -> str:
        return line
