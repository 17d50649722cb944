"""The activity log as a file: CSV for spreadsheets, JSON lines for programs.

Files are streamed line by line, so the memory that an export needs does not depend on the length of the log.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from portal.accounts.audit import activity, descriptions
from portal.accounts.audit.records import Record, audit_record, utc
from portal.accounts.models import Activity
from portal.accounts.sessions import client_info

_CHUNK_SIZE = 2_000  # Lines that are in memory at the same time.
# A cell that begins with one of these is a formula to a spreadsheet. The last four are full-width characters.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a spreadsheet separates cells by semicolons or tabs, as in many countries, a cell may begin inside one of ours.
_INNER_FORMULA = re.compile(r"""([;\t\r\n][\s"]*)(?=[=+@＝＋－＠-])""")


def audit_records(lines: QuerySet[Activity]) -> Iterator[Record]:
    return map(audit_record, lines.iterator(_CHUNK_SIZE))


def consumer_records(lines: QuerySet[Activity]) -> Iterator[Record]:
    """What the consumer's own page shows, and the network address. Not which operator acted, and from where."""
    for line in lines.iterator(_CHUNK_SIZE):
        is_own = not line.by
        operator = activity.COMMAND if line.by == activity.COMMAND else "operator"
        yield {
            "time": utc(line.at),
            "what": descriptions.describe(line),
            "mailbox": line.box,
            "device": line.device if is_own else "",
            "place": client_info.location(line.network) if is_own else "",
            "network": line.network if is_own else None,
            "by": "account" if is_own else operator,
        }


def csv_lines(records: Iterable[Record]) -> Iterator[str]:
    """A first line with the names, then the records; nothing if there are no records."""
    writer = csv.writer(_Echo())
    for number, record in enumerate(records):
        if number == 0:
            yield writer.writerow(record)
        yield writer.writerow([_cell(value) for value in record.values()])


def json_lines(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"


WRITERS: dict[str, Callable[[Iterable[Record]], Iterator[str]]] = {"csv": csv_lines, "jsonl": json_lines}
_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


def download(records: Iterable[Record], file_format: str) -> StreamingHttpResponse:
    """A download named `activity-<today>.<file_format>`. Raises Http404 for an unknown format."""
    if file_format not in WRITERS:
        raise Http404
    name = f"activity-{timezone.localdate():%Y-%m-%d}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        _encoded(records, file_format), content_type=_CONTENT_TYPES[file_format], headers=headers
    )


def _encoded(records: Iterable[Record], file_format: str) -> Iterator[bytes]:
    if file_format == "csv":
        yield "\ufeff".encode()  # The byte order mark, without which spreadsheets do not recognise UTF-8.
    for line in WRITERS[file_format](records):
        yield line.encode()


def _cell(value: str | int | None) -> str | int | None:
    """Escape what a spreadsheet would run as a formula: an address, for example, may begin with an equals sign."""
    if not isinstance(value, str):
        return value
    escaped = _INNER_FORMULA.sub(r"\1'", value)
    return f"'{escaped}" if escaped.lstrip(" ").startswith(_FORMULA_STARTS) else escaped


class _Echo:
    """A file for csv.writer. Its `write` returns the line."""

    def write(self, line: str) -> str:
        return line
