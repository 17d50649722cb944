"""Saving mail to one's own files: a message, a conversation, or all of a securebox."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.access import Mailbox, open_mailbox
from inbox.keeping import pages, several, turns
from inbox.keeping.copies import conversation, copy_of
from inbox.keeping.department import Department, Order
from inbox.keeping.emails import email_of
from inbox.keeping.names import Names, words_of
from inbox.keeping.turns import Busy, Progress, State, Turn
from inbox.paging import Start
from inbox.views.place import Place, place_in
from inbox.views.selection import MAX_SELECTED, chosen_in
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited, refusal
from portal.accounts.sessions import lifetime
from portal.numbers import grouped

_TICKET = re.compile(r"[0-9a-f]{24}")
_RETRY_SECONDS = 60
_EMAIL_TYPE = "message/rfc822"


@require_GET
@limited("mail_page")
def save_message(request: ConsumerRequest, slug: str, reference: str, kind: str) -> HttpResponse:
    """One message as a file, with one call. It stays unread if it is."""
    mailbox = open_mailbox(request, slug)
    if kind not in ("page", "email"):
        raise Http404
    entry = mailbox.open(reference, mark_read=False)
    copy = copy_of(entry, mailbox, request.user)
    name = Names().name(copy.date, copy.subject)
    # Fails closed: no file without a line in the log.
    activity.record(Event.EXPORTED, request.user, request, box=mailbox.securebox.title, detail="message")
    if kind == "email":
        return _download(email_of(copy), f"{name}.eml", _EMAIL_TYPE)
    return _download(pages.page_of([copy], mailbox.address), f"{name}.html", "text/html; charset=utf-8")


@require_POST
@limited("mail_action")
def save_conversation(request: ConsumerRequest, slug: str) -> HttpResponse:
    """The messages that the form names, as one page or as emails in a ZIP. They stay unread if they are."""
    kind, chosen = request.POST.get("kind", "page"), chosen_in(request)
    mailbox = open_mailbox(request, slug)
    if kind not in ("page", "email") or not 0 < len(chosen) <= MAX_SELECTED:
        raise Http404
    copies = conversation(several.opened(mailbox, chosen), mailbox, request.user)
    name = Names().name(copies[-1].date, copies[0].subject)
    title, number = mailbox.securebox.title, len(copies)
    activity.record(Event.EXPORTED, request.user, request, box=title, number=number, detail="conversation")
    if kind == "email":
        return _download(several.emails_of(copies), f"{name}.zip", "application/zip")
    return _download(pages.page_of(copies, mailbox.address), f"{name}.html", "text/html; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@limited("mail_page")
def save_all(request: ConsumerRequest, slug: str) -> HttpResponseBase:
    """All messages of a securebox: a page that says what the file will hold, and its button."""
    if not settings.PORTAL_SAVES_AT_ONCE:
        raise Http404
    mailbox = open_mailbox(request, slug)
    start = place_in(request.POST if request.method == "POST" else request.GET).start or Start(0)
    total = max(mailbox.count("all") - start.position, 0)
    if request.method != "POST":
        return _page(request, mailbox, start, total)
    if (refused := refusal(request, "export")) is not None:
        return refused
    turn = turns.take(request.user.pk, _ticket(request.POST.get("ticket", "")), total)
    if not isinstance(turn, Turn):
        return _busy(request, mailbox, start, total, turn)
    try:
        title = mailbox.securebox.title
        activity.record(Event.EXPORTED, request.user, request, box=title, detail="department")
        return _stream(Department(_order(request, mailbox, start), turn), title)
    except BaseException:
        turn.end()
        raise


@login_not_required  # A script would follow a redirect to the sign-in page, and get HTML.
@require_GET
def save_state(request: ConsumerRequest, slug: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=401)
    open_mailbox(request, slug)
    progress = turns.progress(request.user.pk, _ticket(request.GET.get("ticket", "")))
    return JsonResponse(
        {
            "state": progress.state,
            "done": progress.done,
            "total": max(progress.total, progress.done),
            "text": _words(progress),
        }
    )


def _page(
    request: ConsumerRequest,
    mailbox: Mailbox,
    start: Start,
    total: int,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "securebox": mailbox.securebox,
        "total": total,
        "limit": settings.PORTAL_SAVE_MESSAGES,
        "is_above_limit": total > settings.PORTAL_SAVE_MESSAGES,
        "is_continued": start.position > 0,
        "place": Place(start=start) if start.position else Place(),
        "back": Place().url(mailbox.securebox.slug),
        "problem": problem,
    }
    return render(request, "inbox/save.html", context, status=status)


def _busy(request: ConsumerRequest, mailbox: Mailbox, start: Start, total: int, reason: Busy) -> HttpResponse:
    if reason is Busy.SAME_PERSON:
        problem = _("You’re already saving messages. Wait until that file is complete, then try again.")
        return _page(request, mailbox, start, total, problem=problem, status=429)
    problem = _("Many people are saving their messages right now. Try again in a few minutes.")
    response = _page(request, mailbox, start, total, problem=problem, status=503)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _order(request: ConsumerRequest, mailbox: Mailbox, start: Start) -> Order:
    address = request.build_absolute_uri(reverse("save_all", args=[mailbox.securebox.slug]))
    session = request.session
    return Order(
        mailbox=mailbox,
        reader=request.user,
        start=start,
        language=translation.get_language(),
        resume=lambda begin: address + Place(start=begin).suffix,
        is_allowed=lambda: not lifetime.is_over(session),
    )


def _stream(department: Department, title: str) -> StreamingHttpResponse:
    name = f"{words_of(title, _('Messages'))} {timezone.localdate():%Y-%m-%d}.zip"
    headers = _as_file(name) | {
        # For nginx: pass it on as it comes.
        "X-Accel-Buffering": "no",
    }
    return StreamingHttpResponse(department, content_type="application/zip", headers=headers)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = _as_file(name) | {
        "Content-Security-Policy": f"{pages.policy()}; sandbox; frame-ancestors 'none'"
    }
    return HttpResponse(content, content_type=content_type, headers=headers)


def _as_file(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"
    }


def _ticket(text: str) -> str:
    return text if _TICKET.fullmatch(text) else ""


def _words(progress: Progress) -> str:
    total = max(progress.total, progress.done)
    counts = {"done": grouped(progress.done), "total": grouped(total)}
    match progress.state:
        case State.RUNNING:
            text = ngettext(
                "%(done)s of about %(total)s message", "%(done)s of about %(total)s messages", total
            )
            return text % counts
        case State.COMPLETE:
            text = ngettext(
                "%(done)s message saved. You’ll find the file in your downloads.",
                "%(done)s messages saved. You’ll find the file in your downloads.",
                progress.done,
            )
            return text % counts
        case State.INCOMPLETE:
            return _(
                "The file is in your downloads, but some messages are missing."
                " INCOMPLETE.txt in it says which, and what you can do."
            )
        case _:
            return ""
