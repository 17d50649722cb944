"""What a consumer does with one message: deleting it, destroying it, withdrawing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox import unread
from inbox.access import Mailbox, open_mailbox
from inbox.conversations import withdrawn
from inbox.entries import Withdrawal
from inbox.views.place import Place, place_in
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited


@require_POST
@limited("mail_page")
def delete(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    place = place_in(request.GET)
    mailbox.delete(reference)
    return _done(request, mailbox, place, Event.MESSAGE_DELETED, _("The message was deleted."))


@require_POST
@limited("mail_page")
def purge(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    place = place_in(request.GET)
    mailbox.purge(reference)
    return _done(request, mailbox, place, Event.MESSAGE_PURGED, _("The message was deleted for good."))


@require_POST
@limited("mail_page")
def withdraw(request: ConsumerRequest, slug: str, reference: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    place = place_in(request.GET)
    outcome = mailbox.withdraw(reference)
    if outcome is Withdrawal.DONE:
        withdrawn.note(mailbox, reference)
        said = _("Your message was withdrawn. If our team had already opened it, you may still get a reply.")
        return _done(request, mailbox, place, Event.MESSAGE_WITHDRAWN, said)
    if outcome is not Withdrawal.TOO_LATE:
        box = mailbox.securebox.title
        activity.record(Event.MESSAGE_WITHDRAWN, request.user, request, box=box, detail="not confirmed")
    unread.forget(mailbox)
    messages.warning(request, _not_withdrawn(outcome))
    return redirect(reverse("message", args=[slug, reference]) + place.suffix)


def _not_withdrawn(outcome: Withdrawal) -> str:
    match outcome:
        case Withdrawal.TOO_LATE:
            return _(
                "Your message is no longer waiting in the queue, so there’s nothing to withdraw. You may still get a"
                " reply."
            )
        case Withdrawal.IGNORED:
            return _(
                "We couldn’t withdraw your message. It’s still waiting for our reply. Try again, or contact us."
            )
        case _:
            return _(
                "We asked our messaging system to withdraw your message, but it didn’t confirm that. You may still get"
                " a reply."
            )


def _done(request: ConsumerRequest, mailbox: Mailbox, place: Place, event: Event, said: str) -> HttpResponse:
    unread.forget(mailbox)
    # Not caught: the message is changed already, and a missing line in the log must not go unnoticed.
    activity.record(event, request.user, request, box=mailbox.securebox.title)
    messages.success(request, said)
    return redirect(place.url(mailbox.securebox.slug))
