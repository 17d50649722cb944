"""The beginning of an answer: the subject with one "Re:", and the quoted message; and how the quote is shown."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from inbox.access import Mailbox
from inbox.forms import MAX_QUOTE, MAX_SUBJECT
from inbox.outgoing.content import Content
from inbox.rendering import linked_text, words_of
from inbox.securemail import Message
from inbox.subjects import without_prefixes
from portal import dates

# Of a quote that is shown in full on a phone: few enough that the form begins on the first screen.
_FEW_LINES, _FEW_CHARACTERS = 4, 240


@dataclass(frozen=True)
class Answered:
    """The letter that is answered, as its quote has it: who wrote when, and the words, safe to show as `words`.

    `is_cut`: its end is not in the quote.
    """

    head: str
    text: str
    is_long: bool
    is_cut: bool

    @cached_property
    def words(self) -> str:
        """Only on demand: in a conversation, the form does not show the letter again."""
        return linked_text(self.text)


def answered(quote: str) -> Answered | None:
    """None if the quote is not as `answer_to` makes it: its writer has changed it, or there is none."""
    head, _break, body = quote.partition("\n")
    lines = body.removesuffix("…").split("\n")
    # Where a quote was cut, its last line may be empty.
    if not body or not all(line.startswith(">") for line in (lines if lines[-1] else lines[:-1])):
        return None
    words = re.sub(r"(?m)^> ?", "", body)
    is_long = len(lines) > _FEW_LINES or len(words) > _FEW_CHARACTERS
    return Answered(head, words, is_long, is_cut=len(quote) >= MAX_QUOTE and body.endswith("…"))


def answer_to(mail: Message, mailbox: Mailbox) -> Content:
    subject = without_prefixes(mail.subject) or _("your message")
    # A subject from the API may be longer than our form allows.
    return Content(subject=f"Re: {subject}"[:MAX_SUBJECT], quote=_quote(mail, mailbox), include_quote=True)


def _quote(mail: Message, mailbox: Mailbox) -> str:
    # Cut first: the message may be far longer than a quote.
    words = words_of(mail.text, mail.html)[:MAX_QUOTE]
    who = (mail.sender and mail.sender.name) or mailbox.securebox.title
    head = _("%(who)s wrote:") % {"who": who}
    if mail.date:
        head = _("On %(when)s, %(who)s wrote:") % {"when": dates.short(mail.date), "who": who}
    lines = "\n".join(f"> {line}" for line in words.split("\n"))
    quote = f"{head}\n{lines}"
    return quote if len(quote) <= MAX_QUOTE else f"{quote[: MAX_QUOTE - 1]}…"
