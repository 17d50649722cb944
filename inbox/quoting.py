"""The beginning of an answer: the subject with one "Re:", and the quoted message."""

import re

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from inbox.access import Mailbox
from inbox.forms import MAX_QUOTE, MAX_SUBJECT
from inbox.outgoing.content import Content
from inbox.rendering import words_of
from inbox.securemail import Message
from portal.characters import one_line

# What mail programs put before the subject of an answer, in their language: from Wikipedia's "List of email subject
# abbreviations", and what Outlook writes. French has the last of its words for what is passed on, too.
_PREFIXES = {
    "Latin, and most languages": "re",
    "Arabic": "رد",
    "Chinese": "回复 回覆 答复 答覆",
    "Danish, Norwegian, Swedish": "sv",
    "Dutch": "antw",
    "Finnish": "vs",
    "French": "rép tr",
    "German": "aw antwort",
    "Greek": "απ σχετ",
    "Hebrew": "השב תשובה תגובה",
    "Hungarian": "vá",
    "Icelandic": "svar",
    "Indonesian": "bls",
    "Italian": "r rif",
    "Japanese": "返信",
    "Korean": "답장 회신",
    "Polish": "odp",
    "Portuguese": "res",
    "Russian": "на отв",
    "Turkish": "ynt",
    "Ukrainian": "відп",
    "Welsh": "atb",
}
_WORDS = "|".join(" ".join(_PREFIXES.values()).split())
_NUMBER = r"\[\d{1,3}\]|\(\d{1,3}\)|[*^]\d{1,3}"  # Some programs count: "Re[2]:", "Re(2):", "Re^2:".
_PREFIX = re.compile(rf"\s*+(?:{_WORDS})\s*+(?:{_NUMBER})?\s*+[:：]", re.IGNORECASE)


def answer_to(mail: Message, mailbox: Mailbox) -> Content:
    subject = _without_prefixes(" ".join(one_line(mail.subject).split())) or _("your message")
    # A subject from the API may be longer than our form allows.
    return Content(subject=f"Re: {subject}"[:MAX_SUBJECT], quote=_quote(mail, mailbox), include_quote=True)


def _without_prefixes(subject: str) -> str:
    while prefix := _PREFIX.match(subject):
        subject = subject[prefix.end() :]
    return subject.strip()


def _quote(mail: Message, mailbox: Mailbox) -> str:
    # Cut first: the message may be far longer than a quote.
    words = words_of(mail.text, mail.html)[:MAX_QUOTE]
    who = (mail.sender and mail.sender.name) or mailbox.securebox.title
    head = _("%(who)s wrote:") % {"who": who}
    if mail.date:
        when = formats.date_format(timezone.localtime(mail.date), "j M Y, H:i")
        head = _("On %(when)s, %(who)s wrote:") % {"when": when, "who": who}
    lines = "\n".join(f"> {line}" for line in words.split("\n"))
    quote = f"{head}\n{lines}"
    return quote if len(quote) <= MAX_QUOTE else f"{quote[: MAX_QUOTE - 1]}…"
