"""A conversation, on the page of one of its messages, which is open there."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from inbox import unread
from inbox.access import Mailbox, open_mailbox
from inbox.entries import Entry
from inbox.markup.language import language
from inbox.outgoing import queries
from inbox.rendering import Shown, formatted, opens_formatted, plain
from inbox.securemail import Message
from inbox.views import view_switch
from inbox.views.arrivals import arrivals
from inbox.views.compose_page import reply_form
from inbox.views.place import Place, place_in
from inbox.views.surroundings import reach_in, surroundings_of, window_around
from inbox.views.user_navigation import is_user_navigation
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.rate_limits import limited

_VIEWS = ("text", "formatted")
# The page may measure the frame (allow-same-origin), and links may open in a new tab. Nothing runs, and nothing is
# loaded but the portal's own style sheets: with "'self'", a letter's sheet could ask for any page of the portal.
_BODY_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src {static}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@require_safe
@limited("mail_page")
def message(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    mailbox.direction_of(reference)
    asked_at = timezone.now()
    place, reach = place_in(request.GET), reach_in(request.GET)
    window = window_around(mailbox, place, reach)
    is_seen = is_user_navigation(request)
    entry = mailbox.open(reference, mark_read=is_seen)
    if is_seen:
        if entry.is_received:
            counts = unread.of_request(request)
            counts.note_opened(mailbox, reference, was_unread="new" in request.GET)
            counts.store()
            entry = entry.as_read()
        # Fails closed: no message is shown without a line in the log. It can be opened again later.
        if not view_switch.was_open(request, reference):
            activity.record(Event.MESSAGE_OPENED, request.user, request, box=mailbox.securebox.title)
    around = surroundings_of(request, mailbox, entry, window, place, reach)
    begun = next((item for item in around.drafts if item.is_draft), None)
    reply = reply_form(request, mailbox, entry, begun)
    context = {
        "securebox": mailbox.securebox,
        "reference": reference,
        "place": around.place,
        "back": around.back,
        "around": around,
        "status": place.status,
        "opened": view_switch.token(request, reference) if is_seen else "",
        "arrivals": arrivals({mailbox.securebox: None}, asked_at, Place().url(slug), names_box=True),
        "reply": reply,
        # What is begun is continued in the form.
        "drafts": [item for item in around.drafts if not (reply and item is begun)],
        **_letter(request, entry.message),
        **_actions(request, mailbox, entry),
    }
    return render(request, "inbox/message.html", context)


@require_safe
@limited("mail_page")
@xframe_options_sameorigin
def body(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    """Only the HTML body, for the frame on the message's page. It marks nothing as read."""
    mail = open_mailbox(request, slug).open(reference, mark_read=False).message
    letter = formatted(mail.html, folded=True)
    context = {
        "letter": letter or _html_as_text(mail),
        "is_plain": letter is None,
        "letter_lang": language(mail.html),
    }
    response = render(request, "inbox/body.html", context)
    static_url = request.build_absolute_uri(settings.STATIC_URL)
    response.headers["Content-Security-Policy"] = _BODY_POLICY.format(static=static_url)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
@limited("mail_page")
def set_view(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    """Show the message as plain text or formatted, and remember it for all messages."""
    open_mailbox(request, slug).direction_of(reference)
    place = place_in(request.GET)
    view = "text" if request.POST.get("view") == "text" else "formatted"
    Consumer.objects.filter(pk=request.user.pk).update(prefers_plain_text=view == "text")
    query = urlencode({"view": view, view_switch.FIELD: request.POST.get(view_switch.FIELD, "")})
    return redirect(f"{reverse('message', args=[slug, reference])}?{query}{place.more}")


@require_safe
@limited("mail_page")
def details(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    place = place_in(request.GET)
    rows = mailbox.details(reference)
    context = {"securebox": mailbox.securebox, "reference": reference, "place": place, "rows": rows}
    return render(request, "inbox/details.html", context)


def _letter(request: ConsumerRequest, mail: Message) -> dict[str, Any]:
    is_formatted = _is_formatted(request, mail)
    return {
        "mail": mail,
        "formatted": is_formatted,
        # On paper, a text stands for the frame.
        "letter": _html_as_text(mail) if is_formatted else plain(mail.text, mail.html, folded=True),
        "letter_lang": language(mail.html),
    }


def _is_formatted(request: ConsumerRequest, mail: Message) -> bool:
    """As this page was asked for; else as the consumer prefers; else if the letter's formatting tells anything."""
    if mail.html is None:
        return False
    if (view := request.GET.get("view")) in _VIEWS:
        return view == "formatted"
    return not request.user.prefers_plain_text and opens_formatted(mail.html)


def _html_as_text(mail: Message) -> Shown:
    """What the frame shows, which the message's own text need not say; that text if there is nothing in the HTML."""
    letter = plain(None, mail.html)
    return letter if letter.markup or letter.pictures else plain(mail.text, mail.html)


def _actions(request: ConsumerRequest, mailbox: Mailbox, entry: Entry) -> dict[str, Any]:
    box = mailbox.securebox
    return {
        "sent": entry.is_own,
        "sent_here": queries.sent_as(request, mailbox, entry.message.id) if entry.is_own else None,
        "may_answer": box.accepts_messages or entry.is_received,
        "may_delete": entry.is_received and box.allows_delete,
        "may_purge": entry.is_received and box.allows_purge,
        # For the API, a sent message is unread while it waits, read once an agent has opened it or it was withdrawn.
        "may_withdraw": entry.is_own and entry.message.unread is not False and box.allows_withdraw,
        "has_details": bool(box.detail_labels),
    }
