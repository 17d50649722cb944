"""Saving a draft as one types. A script asks, so the answers are JSON; the page's button does the same with forms."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts
from inbox.views import compose_fallback
from inbox.views.compose import posted_desk
from portal.accounts.models import ConsumerRequest


@login_not_required  # As for compose: what is typed after the session has ended is kept for its writer.
@require_POST
def save_draft(request: ConsumerRequest, slug: str) -> HttpResponse:
    """200: saved. 401: saved, and the session is over. 409: another window was faster. 410: it is no draft any more.

    413: too much. 403: not saved, since the form is not this session's, or the box not open any more.
    """
    try:
        if not request.user.is_authenticated:
            return _kept(compose_fallback.keep(request.POST))
        return _saved(_save(request, slug))
    except drafts.Conflict as conflict:
        return _saved(conflict.current, status=409)
    except drafts.NoDraft as over:
        url = reverse("outgoing_message", args=[over.current.nonce])
        return JsonResponse({"url": url}, status=410)
    except drafts.TooMuch as error:
        return JsonResponse({"problem": compose_fallback.too_much(error)}, status=413)
    except (compose_token.BadForm, compose_fallback.NotOpen):
        return JsonResponse({}, status=403)


def _save(request: ConsumerRequest, slug: str) -> OutgoingMessage:
    desk = posted_desk(request, slug)
    return drafts.save(
        desk.form, desk.mailbox.securebox, compose_fallback.content_of(request.POST), desk.page
    )


def _saved(message: OutgoingMessage, status: int = 200) -> HttpResponse:
    at = formats.time_format(timezone.localtime(message.saved_at), "H:i")
    answer = {"saved": at, "version": message.version, "url": compose_fallback.draft_url(message)}
    return JsonResponse(answer, status=status)


def _kept(message: OutgoingMessage) -> HttpResponse:
    query = urlencode({"next": compose_fallback.draft_url(message, kept="")})
    return JsonResponse({"url": f"{resolve_url('account_login')}?{query}"}, status=401)
