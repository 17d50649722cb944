"""Saving a draft while the consumer types. For scripts, in JSON; without them, the page's button saves it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts
from inbox.views import compose_fallback
from inbox.views.compose import submitted_context
from portal import dates
from portal.accounts.models import ConsumerRequest


@login_not_required  # As for compose: text that is submitted after the session has ended is saved.
@csrf_exempt  # Only for a form of another account.
@require_POST
def save_draft(request: ConsumerRequest, slug: str) -> HttpResponse:
    """200: saved. 401: saved, and the session has ended. 409: another tab has changed it. 410: not a draft any longer.

    413: too long, or too many drafts. 403: the form is not this session's, or the securebox is not open to them. If it
    is another account's, `kept` says whether the text was saved for that account.
    """
    return _save_for_owner(request) if compose_fallback.is_anothers(request) else _save(request, slug)


def _save_for_owner(request: ConsumerRequest) -> HttpResponse:
    try:
        compose_fallback.save_for_owner(request.POST)
    except (compose_token.BadToken, drafts.LimitReached):
        return JsonResponse({"kept": False}, status=403)
    return JsonResponse({"kept": True}, status=403)


@csrf_protect
def _save(request: ConsumerRequest, slug: str) -> HttpResponse:
    try:
        if not request.user.is_authenticated:
            return _saved_signed_out(compose_fallback.save_for_owner(request.POST))
        context = submitted_context(request, slug)
        content = compose_fallback.content_from(request.POST)
        return _saved(drafts.save(context.token, context.mailbox.securebox, content, context.tab))
    except drafts.Conflict as error:
        return _saved(error.current, status=409)
    except drafts.NotADraft as error:
        url = reverse("outgoing_message", args=[error.current.nonce])
        return JsonResponse({"url": url}, status=410)
    except drafts.LimitReached as error:
        return JsonResponse({"problem": compose_fallback.limit_problem(error)}, status=413)
    except (compose_token.BadToken, compose_fallback.SecureboxNotOpen):
        return JsonResponse({}, status=403)


def _saved(message: OutgoingMessage, status: int = 200) -> HttpResponse:
    at = dates.time_of_day(message.saved_at)
    answer = {"saved": at, "version": message.version, "url": compose_fallback.draft_url(message)}
    return JsonResponse(answer, status=status)


def _saved_signed_out(message: OutgoingMessage) -> HttpResponse:
    query = urlencode({"next": compose_fallback.draft_url(message, kept="")})
    return JsonResponse({"url": f"{resolve_url('account_login')}?{query}"}, status=401)
