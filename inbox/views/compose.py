"""Writing to a box, or answering a message in it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.access import Mailbox, open_mailbox
from inbox.failures import log_failure
from inbox.forms import MAX_QUOTE, MAX_SUBJECT, ComposeForm, without_control_characters
from inbox.outgoing import send_message
from inbox.rendering import words_of
from inbox.securemail import Direction, Message, SecureMailError, Unavailable
from portal.accounts.models import ConsumerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request.user, slug)
    reply = request.GET.get("reply", "")
    answering = bool(reply) and mailbox.direction_of(reply) is Direction.OUTBOUND
    closed = not (mailbox.securebox.accepts_messages or answering)
    if request.method == "POST":
        return _send(request, mailbox, reply, closed=closed)
    if closed:
        return render(request, "inbox/closed.html", {"securebox": mailbox.securebox}, status=403)
    initial = _answer_to(mailbox.open(reply, mark_read=False).message, mailbox) if reply else None
    form = ComposeForm(initial=initial, securebox=mailbox.securebox, reply=bool(reply))
    return _page(request, mailbox, form, reply)


def _send(request: ConsumerRequest, mailbox: Mailbox, reply: str, *, closed: bool) -> HttpResponse:
    form = ComposeForm(request.POST, securebox=mailbox.securebox, reply=bool(reply))
    if not form.is_valid():
        return _page(request, mailbox, form, reply, status=422)
    if closed:
        form.add_error(None, _("This department has stopped taking new messages. Your text was not sent."))
        return _page(request, mailbox, form, reply, status=403)
    try:
        send_message(mailbox, request.user, form.cleaned_data["subject"], form.message())
    except SecureMailError as error:
        log_failure(error)
        form.add_error(None, _what_happened(error))
        return _page(request, mailbox, form, reply, status=503 if isinstance(error, Unavailable) else 502)
    messages.success(request, _confirmation(mailbox))
    return redirect("inbox", mailbox.securebox.slug)


def _page(
    request: ConsumerRequest, mailbox: Mailbox, form: ComposeForm, reply: str, status: int = 200
) -> HttpResponse:
    context = {
        "securebox": mailbox.securebox,
        "form": form,
        "reply": reply,
        "address": mailbox.address,
        "heading": _heading(mailbox, reply),
        "most": settings.PORTAL_MAX_TEXT,
    }
    return render(request, "inbox/compose.html", context, status=status)


def _heading(mailbox: Mailbox, reply: str) -> str:
    if not reply:
        return _("New message")
    return _("Answer") if mailbox.direction_of(reply) is Direction.OUTBOUND else _("Write again")


def _what_happened(error: SecureMailError) -> str:
    if not error.certainly_not_sent:
        return _(
            "We could not confirm that your message arrived. It may have. Look at the list of messages before"
            " you send it again. Your text is still below."
        )
    if isinstance(error, Unavailable):
        return _(
            "Your message was not sent: the mail system does not answer at the moment. Your text is still below."
            " Please try again in a few minutes."
        )
    return _("Your message was not sent: the mail system refused it. Your text is still below.")


def _confirmation(mailbox: Mailbox) -> str:
    sent = _("Your message was sent to %(title)s.") % {"title": mailbox.securebox.title}
    if not mailbox.securebox.reply_time:
        return sent
    return f"{sent} " + _("Answers usually come %(time)s.") % {"time": mailbox.securebox.reply_time}


def _answer_to(mail: Message, mailbox: Mailbox) -> dict[str, object]:
    """The fields of an answer: the subject with one "Re:", and the words that it answers, quoted."""
    subject = mail.subject or _("your message")
    if not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    # A subject from upstream may be longer, or hold what our own form would refuse.
    subject = " ".join(without_control_characters(subject).split())[:MAX_SUBJECT]
    return {"subject": subject, "quote": _quote(mail, mailbox), "include_quote": True}


def _quote(mail: Message, mailbox: Mailbox) -> str:
    words = without_control_characters(words_of(mail.text, mail.html))
    who = (mail.sender and mail.sender.name) or mailbox.securebox.title
    head = _("%(who)s wrote:") % {"who": who}
    if mail.date:
        when = formats.date_format(timezone.localtime(mail.date), "j M Y, H:i")
        head = _("On %(when)s, %(who)s wrote:") % {"when": when, "who": who}
    lines = "\n".join(f"> {line}" for line in words.splitlines())
    quote = f"{head}\n{lines}"
    return quote if len(quote) <= MAX_QUOTE else f"{quote[: MAX_QUOTE - 1]}…"
