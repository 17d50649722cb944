"""All secureboxes of a consumer: the home page, and the unread counts for the badges."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_safe

from inbox import unread
from inbox.access import open_mailboxes
from portal.accounts.models import ConsumerRequest
from portal.accounts.sessions import reader


@require_safe
def home(request: ConsumerRequest) -> HttpResponse:
    mailboxes = open_mailboxes(request)
    if len(mailboxes) == 1:
        return redirect("inbox", mailboxes[0].securebox.slug)
    counts = unread.counts(mailboxes, settings.SECUREMAIL_DEADLINE)
    cards = [(box.securebox, counts[box.securebox.slug]) for box in mailboxes]
    return render(request, "inbox/home.html", {"cards": cards})


@login_not_required  # A script would follow a redirect to the sign-in page, and get HTML.
@require_GET
def unread_json(request: ConsumerRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=401)
    counts = unread.counts(open_mailboxes(request), settings.SECUREMAIL_DEADLINE)
    return JsonResponse(unread.as_json(counts) | {"reader": reader.header(request.user)})
