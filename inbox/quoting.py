"""The beginning of an answer: the subject with one "Re:", and the quoted message."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from inbox.access import Mailbox
from inbox.forms import MAX_QUOTE, MAX_SUBJECT, without_control_characters
from inbox.outgoing.content import Content
from inbox.rendering import words_of
from inbox.securemail import Message


def answer_to(mail: Message, mailbox: Mailbox) -> Content:
    subject = mail.subject or _("your message")
    if not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    # A subject from the API may be longer than our form allows, or contain what it refuses.
    subject = " ".join(without_control_characters(subject).split())[:MAX_SUBJECT]
    return Content(subject=subject, quote=_quote(mail, mailbox), include_quote=True)


def _quote(mail: Message, mailbox: Mailbox) -> str:
    # Cut first: the message may be far longer than a quote.
    words = without_control_characters(words_of(mail.text, mail.html)[:MAX_QUOTE])
    who = (mail.sender and mail.sender.name) or mailbox.securebox.title
    head = _("%(who)s wrote:") % {"who": who}
    if mail.date:
        when = formats.date_format(timezone.localtime(mail.date), "j M Y, H:i")
        head = _("On %(when)s, %(who)s wrote:") % {"when": when, "who": who}
    lines = "\n".join(f"> {line}" for line in words.splitlines())
    quote = f"{head}\n{lines}"
    return quote if len(quote) <= MAX_QUOTE else f"{quote[: MAX_QUOTE - 1]}…"
