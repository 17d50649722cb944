"""Where "Send" leads: to the message in its conversation if it is known to be sent, or else to what becomes of it."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from inbox.access import Mailbox
from inbox.models import OutgoingMessage
from inbox.outgoing import queries
from inbox.outgoing.queries import OutgoingItem
from inbox.securemail import SecureMailError
from inbox.views.place import Place
from inbox.views.user_navigation import is_user_navigation
from portal.accounts.models import ConsumerRequest

View = Callable[[ConsumerRequest, str, str], HttpResponse]


def follow(message: OutgoingMessage, mailbox: Mailbox, place: Place) -> HttpResponse:
    """Lead to a message that was submitted. No API call."""
    message.refresh_from_db()
    reference = OutgoingItem(message, mailbox).sent_reference
    if reference is None:
        return redirect("outgoing_message", message.nonce)
    url = reverse("message", args=[mailbox.securebox.slug, reference])
    return redirect(f"{url}?sent={message.nonce}{place.more}")


def or_outgoing(view: View) -> View:
    """Show the message that was just sent as an outgoing one while the API cannot show it: it may list it later."""

    @wraps(view)
    def shown(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
        if "sent" not in request.GET:
            return view(request, slug, reference)
        item = queries.item(request, request.GET["sent"])
        if is_user_navigation(request):
            queries.mark_seen([item])
        try:
            return view(request, slug, reference)
        except (Http404, SecureMailError):
            return redirect("outgoing_message", item.message.nonce)

    return shown
