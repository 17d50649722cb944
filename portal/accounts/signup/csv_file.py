"""Reads a CSV file of people, line by line: it may be of any length.

A report identifies a bad line by its number and its address, and repeats no other content of it.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts import validators
from portal.accounts.validators import normalise_address

_COLUMNS = ("email", "first_name", "last_name")  # Only the first is required.
_MAX_SHOWN = 60  # Characters of an address in a report.
_MAX_LINE: Final = 2 * 1024 * 1024  # Characters: more are not read into memory at once.
_UNDECODABLE: Final = "\ufffd"  # What Python puts in place of bytes that are not in the encoding.


class Unreadable(Exception):
    """The file cannot be read at all. The text tells the operator why."""


@dataclass(frozen=True)
class Line:
    number: int  # In the file, from 1.
    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True)
class Problem:
    """`is_done` where nothing is wrong: this person has been invited already."""

    number: int
    address: str
    reason: str
    is_done: bool = False

    def __str__(self) -> str:
        return _("Line %(number)d (%(address)s): %(reason)s") % vars(self)


@dataclass(frozen=True)
class _Row:
    first: int  # Lines of the file: a quoted cell may run over several.
    last: int
    cells: list[str] | None  # None where one is longer than the csv module reads.


def open_file(path: Path) -> TextIO:
    """Raises OSError."""
    with path.open("rb") as file:
        encoding = _encoding(file.read(2))
    return path.open(encoding=encoding, errors="replace", newline="")


def open_bytes(content: bytes) -> TextIO:
    return TextIOWrapper(BytesIO(content), _encoding(content[:2]), errors="replace", newline="")


def read(file: TextIO) -> Iterator[Line | Problem]:
    """What each line holds, or what is wrong with it, without a look into the database. Raises Unreadable."""
    rows = _rows(_lines(file))
    header = _header(next(rows, None))
    for row in rows:
        try:
            yield _line(row, header)
        except ValidationError as error:
            yield Problem(row.first, shown(_address(row, header)), " ".join(error.messages))


def shown(typed: str) -> str:
    """An address as a report repeats it."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in typed[: _MAX_SHOWN + 1])
    if not plain.strip():
        return _("no address")
    return plain if len(plain) <= _MAX_SHOWN else f"{plain[:_MAX_SHOWN]}…"


def _encoding(start: bytes) -> str:
    """UTF-8, or UTF-16 the way spreadsheets write it."""
    return "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def _lines(file: TextIO) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), ""), start=1):
        if _UNDECODABLE in line:
            message = _("Line %(line)d is not in UTF-8. Save the file as “CSV UTF-8” and try again.")
            raise Unreadable(message % {"line": number})
        if len(line) == _MAX_LINE:
            raise Unreadable(_("Line %(line)d does not end. Is this a CSV file?") % {"line": number})
        yield line


def _rows(lines: Iterator[str]) -> Iterator[_Row]:
    """The rows that are not empty."""
    start = next(lines, "")
    delimiter = max(",;\t", key=start.count)
    reader = csv.reader(chain([start], lines), delimiter=delimiter)
    while True:
        first = reader.line_num + 1
        cells: list[str] | None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if cells != []:
            yield _Row(first, reader.line_num, cells)


def _header(row: _Row | None) -> list[str]:
    if row is None:
        raise Unreadable(_("The file is empty."))
    header = [cell.strip().lower().replace(" ", "_") for cell in row.cells or []]
    if "email" not in header or any(header.count(column) > 1 for column in _COLUMNS):
        message = _(
            "The first line must name the column email, and may name first_name and last_name, each once."
        )
        raise Unreadable(message)
    return header


def _address(row: _Row, header: list[str]) -> str:
    """The address as typed, for a report."""
    column = header.index("email")
    return row.cells[column] if row.cells and len(row.cells) > column else ""


def _line(row: _Row, header: list[str]) -> Line:
    if row.last > row.first:
        message = _("A quotation mark that opens here is not closed before line %(last)d.")
        raise ValidationError(message % {"last": row.last})
    if row.cells is None:
        raise ValidationError(_("A cell is too long."))
    if len(row.cells) != len(header):
        numbers = {"cells": len(row.cells), "columns": len(header)}
        message = ngettext(
            "It has %(cells)d cell instead of %(columns)d.",
            "It has %(cells)d cells instead of %(columns)d.",
            len(row.cells),
        )
        raise ValidationError(message % numbers)
    cells = dict(zip(header, row.cells, strict=True))
    return Line(
        number=row.first,
        email=normalise_address(cells["email"]),
        first_name=_name(_("First name"), cells.get("first_name", "")),
        last_name=_name(_("Last name"), cells.get("last_name", "")),
    )


def _name(label: str, typed: str) -> str:
    try:
        return validators.clean_name(typed)
    except ValidationError as error:
        raise ValidationError(f"{label}: {' '.join(error.messages)}") from None
