"""A message as it is kept: what a reader sees of it on the portal, and what mail programs need besides."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from inbox.access import Mailbox
from inbox.entries import Entry
from inbox.rendering import Shown, formatted, kept_text, opens_formatted, plain
from inbox.securemail import Attachments
from portal.accounts.models import Consumer
from portal.characters import one_line
from portal.keyed_hashes import keyed_hashes

# RFC 2606 reserves it: no mail program can send anything there, where it would be no secure email.
DOMAIN = "secure-email.invalid"


@dataclass(frozen=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True)
class Copy:
    """`shown` is for a page, `text` and `formatted` are for an email. `notes` say what of the message is not in it.

    `id` and `earlier` name it, and what it answers, among other copies of this person; the latter oldest first.
    """

    subject: str
    sender: Person
    recipient: Person
    department: str
    date: datetime | None
    shown: Shown
    is_plain: bool
    text: str
    formatted: Shown | None
    notes: tuple[str, ...]
    id: str
    earlier: tuple[str, ...]


def copy_of(entry: Entry, mailbox: Mailbox, reader: Consumer) -> Copy:
    """From a whole message, not from one of a list."""
    mail, box = entry.message, mailbox.securebox
    letter = formatted(mail.html)
    in_words = plain(mail.text, mail.html)
    is_plain = letter is None or reader.prefers_plain_text or not opens_formatted(mail.html or "")
    shown = in_words if is_plain or letter is None else letter
    person = Person(reader.get_full_name() or mailbox.address, mailbox.address)
    department = Person(_department(entry, box.title), f"{box.slug}@{DOMAIN}")
    own = _id(mailbox, mail.id)
    named = [_id(mailbox, other) for other in (mail.thread_id, mail.parent_id) if other]
    return Copy(
        subject=" ".join(one_line(mail.subject).split()),
        sender=person if entry.is_own else department,
        recipient=department if entry.is_own else person,
        department=box.title,
        date=mail.date,
        shown=shown,
        is_plain=is_plain,
        text=kept_text(mail.text, mail.html),
        formatted=letter if letter and letter.markup else None,
        notes=tuple(_notes(shown, mail.attachments)),
        id=own,
        earlier=tuple(dict.fromkeys(one for one in named if one != own)),
    )


def conversation(entries: Sequence[Entry], mailbox: Mailbox, reader: Consumer) -> list[Copy]:
    """Copies of messages that belong together, oldest first: each names those before it."""
    copies: list[Copy] = []
    for entry in entries:
        copy = copy_of(entry, mailbox, reader)
        before = [one.id for one in copies]
        parent = copy.earlier[-1:] or tuple(before[-1:])
        others = [one for one in (*copy.earlier[:-1], *before) if one not in parent]
        copies.append(replace(copy, earlier=(*dict.fromkeys(others), *parent)))
    return copies


def _department(entry: Entry, title: str) -> str:
    """Who wrote, and for which department, as mail programs list it."""
    sender = entry.message.sender
    who = " ".join(one_line(sender.name).split()) if sender and not entry.is_own else ""
    return _("%(who)s (%(department)s)") % {"who": who, "department": title} if who else title


def _id(mailbox: Mailbox, message_id: str) -> str:
    """A Message-ID that tells nothing of the API's id, and is the same whenever the message is kept."""
    claim = json.dumps([mailbox.address.lower(), mailbox.securebox.full_name, message_id])
    return f"<{keyed_hashes('inbox.keeping', claim)[0][:32]}@{DOMAIN}>"


def _notes(shown: Shown, attachments: Attachments) -> list[str]:
    notes = []
    if not shown.markup:
        notes.append(_("This message has no text."))
    if shown.pictures:
        text = ngettext(
            "%(number)s picture isn’t included.", "%(number)s pictures aren’t included.", shown.pictures
        )
        notes.append(text % {"number": shown.pictures})
    if shown.is_cut:
        notes.append(_("This message is very long. Its end isn’t included."))
    if attachments.count:
        notes.append(_about_files(attachments))
    return notes


def _about_files(attachments: Attachments) -> str:
    if not attachments.names:
        text = ngettext(
            "%(number)s file came with this message. It isn’t included.",
            "%(number)s files came with this message. They aren’t included.",
            attachments.count,
        )
        return text % {"number": attachments.count}
    text = ngettext(
        "%(number)s file came with this message and isn’t included: %(names)s",
        "%(number)s files came with this message and aren’t included: %(names)s",
        attachments.count,
    )
    listed = [*attachments.names, *(["…"] if attachments.others else [])]
    names = pgettext("between the items of a list", ", ").join(listed)
    return text % {"number": attachments.count, "names": names}
