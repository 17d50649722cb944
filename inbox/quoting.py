"""The beginning of an answer: the subject with one "Re:", and the quoted message."""

from django.utils.translation import gettext as _

from inbox.access import Mailbox
from inbox.forms import MAX_QUOTE, MAX_SUBJECT
from inbox.outgoing.content import Content
from inbox.rendering import words_of
from inbox.securemail import Message
from inbox.subjects import without_prefixes
from portal import dates


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
