"""What is missing from a ZIP, in words for its reader: the file INCOMPLETE.txt."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.securemail import Message
from portal import dates
from portal.characters import one_line
from portal.numbers import grouped


class End(Enum):
    """Why reading ended."""

    EVERYTHING = auto()
    OUTAGE = auto()
    NO_ACCESS = auto()
    ENOUGH = auto()
    TOO_LONG = auto()
    OUR_FAULT = auto()


@dataclass
class Missing:
    """True if anything is. `failed` could not be loaded, `gone` were deleted meanwhile, `hidden` cannot be shown."""

    end: End = End.EVERYTHING
    failed: list[Message] = field(default_factory=list)
    gone: int = 0
    hidden: int = 0

    def __bool__(self) -> bool:
        return self.end is not End.EVERYTHING or bool(self.failed or self.gone or self.hidden)


def report(department: str, missing: Missing, saved: int, total: int, resume: str) -> str:
    """`resume` is the address of the page that goes on where reading ended; empty if it did not end early."""
    lines = [
        _("Some of your messages to and from %(department)s are missing.") % {"department": department},
        *_ended(missing.end, saved, total),
        *_single(missing),
    ]
    if missing.end is not End.EVERYTHING and resume:
        lines.append(
            _("To save the rest, sign in, open this page and save again. You may get a few messages twice:")
        )
        lines.append(resume)
    return "\r\n\r\n".join(lines) + "\r\n"


def _ended(end: End, saved: int, total: int) -> Iterator[str]:
    why = {
        End.OUTAGE: _("Our messaging system stopped answering while we were saving."),
        End.NO_ACCESS: _(
            "You were signed out while we were saving, or your access to this department changed."
        ),
        End.ENOUGH: _("One file can’t hold more messages than this."),
        End.TOO_LONG: _("Saving took too long, so we stopped."),
        End.OUR_FAULT: _("Something went wrong on our side while we were saving. Your messages are safe."),
    }
    if end in why:
        yield why[end]
        text = ngettext(
            "This file has %(saved)s of about %(total)s message. The older ones are missing.",
            "This file has %(saved)s of about %(total)s messages. The older ones are missing.",
            total,
        )
        yield text % {"saved": grouped(saved), "total": grouped(total)}


def _single(missing: Missing) -> Iterator[str]:
    if missing.failed:
        text = ngettext(
            "%(number)s message couldn’t be loaded. Open it in your inbox, or try again later:",
            "%(number)s messages couldn’t be loaded. Open them in your inbox, or try again later:",
            len(missing.failed),
        )
        listed = "\r\n".join(f"- {_named(message)}" for message in missing.failed)
        yield f"{text % {'number': len(missing.failed)}}\r\n{listed}"
    if missing.gone:
        text = ngettext(
            "%(number)s message was deleted while we were saving.",
            "%(number)s messages were deleted while we were saving.",
            missing.gone,
        )
        yield text % {"number": missing.gone}
    if missing.hidden:
        text = ngettext(
            "%(number)s message can’t be shown here. Contact us if you need it.",
            "%(number)s messages can’t be shown here. Contact us if you need them.",
            missing.hidden,
        )
        yield text % {"number": missing.hidden}


def _named(message: Message) -> str:
    subject = " ".join(one_line(message.subject).split()) or _("(no subject)")
    if message.date is None:
        return subject
    return _("%(when)s: %(subject)s") % {"when": dates.short(message.date), "subject": subject}
