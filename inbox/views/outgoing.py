"""Drafts and outgoing messages: their states, and what the consumer can do with them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from inbox.models import OutgoingMessage
from inbox.outgoing import limits, queries, receipts, sending, user_actions
from inbox.outgoing.queries import OutgoingItem
from inbox.views import send_limits
from inbox.views.compose_fallback import draft_url
from inbox.views.user_navigation import is_user_navigation
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited

State = OutgoingMessage.State


@require_safe
def outgoing(request: ConsumerRequest) -> HttpResponse:
    items = queries.with_content(queries.items(request))
    context = {
        "drafts": [item for item in items if item.message.state == State.DRAFT],
        "under_way": [item for item in items if item.message.state not in (State.DRAFT, State.SENT)],
        "sent": queries.sent(request),
        "draft_days": settings.PORTAL_DRAFT_DAYS,
    }
    if is_user_navigation(request):
        queries.mark_seen(items)
    return render(request, "inbox/outgoing.html", context)


@require_safe
def outgoing_message(request: ConsumerRequest, nonce: str) -> HttpResponse:
    item = _updated_item(request, nonce)
    if is_user_navigation(request):
        queries.mark_seen([item])
    return _show(request, item)


@login_not_required  # A script would follow a redirect to the sign-in page, and get HTML.
@require_GET
def outgoing_state(request: ConsumerRequest, nonce: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=401)
    message = _updated_item(request, nonce).message
    return JsonResponse({"state": message.state, "due": message.due_at is not None})


@require_safe
@limited("mail_page")
def receipt(request: ConsumerRequest, nonce: str) -> HttpResponse:
    item = queries.item(request, nonce)
    if item.message.state != State.SENT:
        raise Http404
    name = f"receipt-{item.securebox.slug}-{item.message.nonce.hex[:8]}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    written = receipts.write(item.message)
    if is_user_navigation(request):
        activity.record(Event.EXPORTED, request.user, request, box=item.securebox.title, detail="receipt")
    return HttpResponse(written, content_type="text/plain; charset=utf-8", headers=headers)


@require_POST
@limited("mail_action")
def close_notice(request: ConsumerRequest) -> HttpResponse:
    """The consumer has read what a notice says. What has become of a message since is news still."""
    told = set(request.POST.getlist("told"))
    queries.mark_seen([item for item in queries.items(request) if item.as_told in told])
    return redirect(_page_to_return_to(request))


@require_POST
@limited("mail_action")
def choose(request: ConsumerRequest, nonce: str, choice: str) -> HttpResponse:
    """Carry out what the consumer chose. If it comes too late, they are shown the message's new state instead."""
    item = queries.item(request, nonce)
    try:
        was_possible = _choose(item, choice, request)
    except limits.SendLimitReached as error:
        reason = send_limits.when_again(error.allowance, item.securebox)
        return _show(
            request, item, problem=format_html("{} {}", reason, _("It wasn’t sent again.")), status=429
        )
    if not was_possible:
        messages.info(request, _("You can no longer do that. Here’s the current status of your message."))
        return redirect("outgoing_message", nonce)
    item.message.refresh_from_db()
    if item.message.state == State.DRAFT and item.mailbox:
        return redirect(draft_url(item.message))
    if item.message.state == State.DISCARDED:
        messages.success(request, _("Message discarded."))
        return redirect("outgoing")
    return redirect("outgoing_message", nonce)


def _page_to_return_to(request: ConsumerRequest) -> str:
    """Where a notice was closed; the home page where the form does not say so, or names another site."""
    page = request.POST.get("next", "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else reverse("home")


def _show(
    request: ConsumerRequest, item: OutgoingItem, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "item": item,
        "message": item.message,
        "securebox": item.securebox,
        "draft_days": settings.PORTAL_DRAFT_DAYS,
        "problem": problem,
    }
    return render(request, "inbox/outgoing_message.html", context, status=status)


def _choose(item: OutgoingItem, choice: str, request: ConsumerRequest) -> bool:
    """Whether it was still possible. Raises Http404 if there is no such choice."""
    match choice:
        case "cancel":
            return user_actions.cancel(item.message)
        case "edit":
            return user_actions.edit(item.message)
        case "discard":
            return user_actions.discard(item.message, request.POST.get("version", ""))
        case "check":
            # This makes it due, and the page that follows looks it up.
            return user_actions.keep_checking(item.message)
        case "now":
            return item.mailbox is not None and user_actions.retry_now(item.message) and _send(item, request)
        case "again":
            attempts = request.POST.get("attempts", "")
            return (
                item.mailbox is not None
                and user_actions.send_again(item.message, attempts)
                and _send(item, request)
            )
        case _:
            raise Http404


def _send(item: OutgoingItem, request: ConsumerRequest) -> bool:
    if item.mailbox:
        sending.send_now(item.message, item.mailbox, request)
    return True


def _updated_item(request: ConsumerRequest, nonce: str) -> OutgoingItem:
    """The message, after what was due for it: an expired claim, or a lookup."""
    item = queries.item(request, nonce)
    if not item.is_due:
        return item
    queries.update_due(OutgoingMessage.objects.filter(pk=item.message.pk))
    return queries.item(request, nonce)
