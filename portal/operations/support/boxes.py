"""The secureboxes they may use: whether each answers, and how many messages they may still send to it."""

from collections.abc import Iterator, Sequence
from functools import partial
from time import monotonic

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.access import Mailbox, mailboxes_of
from inbox.models import Securebox
from inbox.outgoing import limits
from inbox.resilience import fanout
from inbox.resilience.trouble import Trouble
from inbox.securemail import Misconfigured, SecureMailError, Unavailable
from portal.accounts.models import Consumer
from portal.operations.support.section import Line, Section


def section(consumer: Consumer) -> Section:
    """As far as this process knows, without a call of the API."""
    return Section(_("Secureboxes"), tuple(_lines(consumer)), _nothing(consumer))


def ask(consumer: Consumer) -> Section:
    """Each box is asked now how many messages the customer has: one call of the API each, which changes nothing."""
    mailboxes = _mailboxes(consumer)
    calls = [partial(_timed, mailbox) for mailbox in mailboxes]
    outcomes = fanout.ask_all(calls, consumer.pk, settings.SECUREMAIL_DEADLINE)
    answered = zip(mailboxes, outcomes, strict=True)
    lines = tuple(_answer(mailbox.securebox, outcome) for mailbox, outcome in answered)
    return Section(_("What each securebox has just answered"), lines, _nothing(consumer))


def _mailboxes(consumer: Consumer) -> Sequence[Mailbox]:
    try:
        return mailboxes_of(consumer)
    except PermissionDenied:
        return ()


def _nothing(consumer: Consumer) -> str:
    if consumer.verified_address() is None:
        return _("None, as long as the account is not active and its address not verified.")
    return _("No securebox is open to them: see the securebox’s page in the admin.")


def _lines(consumer: Consumer) -> Iterator[Line]:
    for mailbox in _mailboxes(consumer):
        troubles = mailbox.troubles()
        words = {
            Trouble.BOX: (
                _("has trouble: the last calls failed for several customers"),
                _(
                    "They see that we can’t reach our messaging system. What they send is delivered later by itself."
                ),
            ),
            Trouble.CONSUMER: (
                _("has trouble with this customer’s messages alone: their last calls failed"),
                _("Others are served. Tell the engineer, with a request id of theirs."),
            ),
            Trouble.PAUSE: (
                _("the API has asked not to be called for a while"),
                _("Their pages say how long to wait. What they send is delivered later by itself."),
            ),
        }
        state, advice = words[troubles[0]] if troubles else (_("no trouble known"), "")
        details = (_may_send(consumer, mailbox.securebox),)
        yield Line(mailbox.securebox.title, state, advice, details, is_trouble=bool(troubles))


def _may_send(consumer: Consumer, securebox: Securebox) -> str:
    if not securebox.accepts_messages:
        return _("takes no new messages from anybody")
    allowed = limits.allowance(consumer.pk, securebox.pk)
    if allowed.left:
        return ngettext("may send %d message now", "may send %d messages now", allowed.left) % allowed.left
    if allowed.more_at is None:
        return _("may send none until one in their outbox has been delivered")
    return _("may send none until %s") % date_format(localtime(allowed.more_at), "DATETIME_FORMAT")


def _timed(mailbox: Mailbox) -> float:
    began = monotonic()
    mailbox.count("unread")
    return monotonic() - began


def _answer(securebox: Securebox, outcome: float | SecureMailError) -> Line:
    if isinstance(outcome, float):
        return Line(securebox.title, _("answers, within %d ms") % (outcome * 1000))
    if isinstance(outcome, Misconfigured):
        advice = _("Tell the portal’s engineer: key or address of the API is wrong.")
        return Line(securebox.title, _("refuses the portal"), advice, (str(outcome),), is_trouble=True)
    state = _("does not answer") if isinstance(outcome, Unavailable) else _("answers with an error")
    advice = _("Tell the portal’s engineer, with the id of this request.")
    return Line(securebox.title, state, advice, (str(outcome),), is_trouble=True)
