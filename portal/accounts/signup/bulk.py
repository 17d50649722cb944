"""Invitations from a CSV file, with a reason for each line that is refused.

A report identifies a bad line by its number and its address, and repeats no other content of it.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts import validators
from portal.accounts.models import ConsumerRequest, Invitation
from portal.accounts.signup import invitations
from portal.accounts.validators import normalise_address

MAX_LINES = 10_000
MAX_BYTES = 5 * 1024 * 1024
_COLUMNS = ("email", "first_name", "last_name")  # Only the first is required.
_MAX_SHOWN = 60  # Characters of an address in a report.
# Mails in a row that could not be sent: then the server is down, and each further attempt would take seconds.
_GIVE_UP_AFTER = 3


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
    number: int
    address: str
    reason: str

    def __str__(self) -> str:
        return _("Line %(number)d (%(address)s): %(reason)s") % vars(self)


@dataclass(frozen=True)
class Review:
    good: list[Line]
    bad: list[Problem]


@dataclass(frozen=True)
class _Row:
    first: int  # Lines of the file: a quoted cell may run over several.
    last: int
    cells: list[str] | None  # None where one is longer than the csv module reads.


def review(content: bytes, max_lines: int = MAX_LINES) -> Review:
    """List the lines that can be invited and those that cannot, without inviting. Raises Unreadable."""
    rows = _rows(_decode(content))
    header = _header(next(rows, None))
    found, seen = Review([], []), dict[str, int]()
    for count, row in enumerate(rows, 1):
        if count > max_lines:
            raise Unreadable(_("The file has more than %(most)d lines. Split it.") % {"most": max_lines})
        try:
            line = _line(row, header)
            _refuse_known(line.email, seen)
        except ValidationError as error:
            found.bad.append(Problem(row.first, _shown(_address(row, header)), " ".join(error.messages)))
        else:
            seen[line.email] = line.number
            found.good.append(line)
    return found


def invite_all(lines: list[Line], request: ConsumerRequest | None = None) -> list[Problem]:
    """Invite each line, even if others fail. Returns those that failed."""
    problems, failures = [], 0
    for line in lines:
        try:
            if failures >= _GIVE_UP_AFTER:
                raise invitations.NotInvited(_("Not tried: several mails before it could not be sent."))
            invitations.invite(
                line.email, first_name=line.first_name, last_name=line.last_name, request=request
            )
            failures = 0
        except invitations.NotInvited as error:
            failures += isinstance(error, invitations.MailNotSent)
            problems.append(Problem(line.number, _shown(line.email), str(error)))
    return problems


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        most = formats.number_format(MAX_BYTES // 1024 // 1024)
        raise Unreadable(_("The file is larger than %(most)s MB. Split it.") % {"most": most})
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if utf_16 else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "ignore").count("\n") + 1
        message = _("Line %(line)d is not in UTF-8. Save the file as “CSV UTF-8” and try again.")
        raise Unreadable(message % {"line": line}) from None


def _rows(text: str) -> Iterator[_Row]:
    """The rows that are not empty."""
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
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
    if row.cells is None:
        raise ValidationError(_("A cell is too long."))
    if row.last > row.first:
        message = _("A quotation mark that opens here is not closed before line %(last)d.")
        raise ValidationError(message % {"last": row.last})
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


def _refuse_known(address: str, seen: dict[str, int]) -> None:
    if address in seen:
        raise ValidationError(_("The same address as in line %(line)d.") % {"line": seen[address]})
    if reason := invitations.refusal_reason(address):
        raise ValidationError(reason)
    earlier = Invitation.objects.filter(consumer__email=address).first()
    if earlier and earlier.expires_at and invitations.state(earlier) == invitations.State.OPEN:
        until = formats.date_format(timezone.localtime(earlier.expires_at), "DATETIME_FORMAT")
        raise ValidationError(_("Invited already, until %(until)s.") % {"until": until})


def _shown(typed: str) -> str:
    plain = "".join(sign if sign.isprintable() else "?" for sign in typed[: _MAX_SHOWN + 1])
    if not plain.strip():
        return _("no address")
    return plain if len(plain) <= _MAX_SHOWN else f"{plain[:_MAX_SHOWN]}…"
