"""Their messages under way: state, reason, times and request ids. Neither subject nor text is loaded."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inbox.models import OutgoingMessage
from inbox.outgoing import sending
from portal.accounts.models import Consumer
from portal.operations.support.section import Line, Section

State = OutgoingMessage.State

_MOST: Final = 50
_UNDER_WAY: Final = (State.QUEUED, State.SENDING, State.UNCONFIRMED, State.FAILED)
_COLUMNS: Final = (
    *(
        "state",
        "reason",
        "attempts",
        "unconfirmed_attempts",
        "lookup_count",
        "unanswered_since",
        "request_id",
    ),
    *("queued_at", "claimed_at", "unconfirmed_since", "due_at", "settled_at", "securebox__title"),
)
# Why a message is in its state, by the state and its reason, and what to do about it.
_WHY: Final = {
    (State.QUEUED, "unavailable"): (
        gettext_lazy("waiting: the API did not take it the last time"),
        gettext_lazy("It is tried again by itself. If the box has trouble for long, see below."),
    ),
    (State.QUEUED, sending.NOT_LET_IN): (
        gettext_lazy("waiting: the API refuses the portal"),
        gettext_lazy("Tell the portal’s engineer: key or address of the API is wrong. Nothing is lost."),
    ),
    (State.QUEUED, sending.NO_KEY): (
        gettext_lazy("waiting: the key that opens it is missing"),
        gettext_lazy("Tell the portal’s engineer: FIELD_ENCRYPTION_KEYS lacks a key. Nothing is lost."),
    ),
    (State.QUEUED, ""): (
        gettext_lazy("waiting to be sent"),
        gettext_lazy(
            "It leaves within seconds. If not, “manage.py deliver” does not run: tell the engineer."
        ),
    ),
    (State.SENDING, ""): (
        gettext_lazy("being sent"),
        gettext_lazy("It is settled within a minute."),
    ),
    (State.FAILED, "refused"): (
        gettext_lazy("not sent: the API refused it"),
        gettext_lazy("They find it under “Drafts and outbox”, and can change and send it."),
    ),
    (State.FAILED, "too_long"): (
        gettext_lazy("not sent: the API did not take it for too long"),
        gettext_lazy("They find it under “Drafts and outbox”, and can send it again."),
    ),
    (State.FAILED, "address"): (
        gettext_lazy("not sent: they have changed their address since"),
        gettext_lazy("They can send it again under the new address."),
    ),
    (State.FAILED, "closed"): (
        gettext_lazy("not sent: the securebox was no longer open to them"),
        gettext_lazy("Open it to them, if that was not on purpose; then they can send it again."),
    ),
    (State.UNCONFIRMED, "address"): (
        gettext_lazy("not confirmed, and not looked for: they have changed their address since"),
        gettext_lazy("Look in the contact centre whether it has arrived, and tell them."),
    ),
}
_LOOKED_FOR: Final = (
    gettext_lazy("not confirmed: it may have arrived, and is being looked for"),
    gettext_lazy("Wait: they should not send it again yet."),
)
_NOT_FOUND: Final = (
    gettext_lazy("not confirmed, and not found"),
    gettext_lazy(
        "Look in the contact centre whether it has arrived; then they can send it again, or discard it."
    ),
)
_CANNOT_BE_LOOKED_FOR: Final = (
    gettext_lazy("not confirmed: the API does not answer, so it cannot be looked for"),
    gettext_lazy("It is looked for as soon as the API answers. They should not send it again yet."),
)


def section(consumer: Consumer) -> Section:
    rows = OutgoingMessage.objects.filter(consumer=consumer, state__in=_UNDER_WAY).select_related("securebox")
    lines = tuple(map(_line, rows.only(*_COLUMNS).order_by("securebox__position", "-queued_at")[:_MOST]))
    return Section(_("Drafts and outbox"), (*lines, *_drafts(consumer)), _("None, and no draft."))


def _line(message: OutgoingMessage) -> Line:
    state, advice = _words(message)
    details = tuple(filter(None, (*_times(message), _id(message))))
    return Line(message.securebox.title, state, advice, details, is_trouble=message.state != State.SENDING)


def _words(message: OutgoingMessage) -> tuple[str, str]:
    found = _WHY.get((State(message.state), message.reason))
    if found is None and message.state == State.UNCONFIRMED:
        looked_for = _LOOKED_FOR if message.due_at else _NOT_FOUND
        found = _CANNOT_BE_LOOKED_FOR if message.unanswered_since else looked_for
    state, advice = found or (message.get_state_display(), "")
    return str(state), str(advice)


def _times(message: OutgoingMessage) -> Iterator[str]:
    yield _at(_("sent off %s"), message.queued_at)
    yield ngettext("%d attempt", "%d attempts", message.attempts) % message.attempts
    yield _at(_("last attempt %s"), message.claimed_at)
    if message.state == State.UNCONFIRMED:
        yield (
            ngettext("looked for %d time", "looked for %d times", message.lookup_count) % message.lookup_count
        )
        yield _at(_("next look %s"), message.due_at)
    elif message.state == State.QUEUED:
        yield _at(_("next attempt %s"), message.due_at)


def _at(words: str, moment: datetime | None) -> str:
    return words % _time(moment) if moment else ""


def _time(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def _id(message: OutgoingMessage) -> str:
    return _("request %s") % message.request_id if message.request_id else ""


def _drafts(consumer: Consumer) -> Iterator[Line]:
    number = OutgoingMessage.objects.filter(consumer=consumer, state=State.DRAFT).count()
    if number:
        words = ngettext("%d draft", "%d drafts", number) % number
        yield Line(_("Drafts"), words, _("They find them under “Drafts and outbox”."))
