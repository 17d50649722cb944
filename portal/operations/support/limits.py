"""The limits that keep them from signing in at the moment, and until when."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from portal import dates
from portal.accounts.login import limits_now
from portal.accounts.models import Activity, Consumer
from portal.cache.unavailable import CacheUnavailable
from portal.operations.support.section import Line, Section
from portal.operations.support.sign_ins import network_class

_RECENTLY: Final = timedelta(hours=1)  # The longest time for which one network is kept out.
_MOST_NETWORKS: Final = 10


def section(consumer: Consumer) -> Section:
    try:
        lines = tuple(_lines(consumer))
    except CacheUnavailable:
        advice = _(
            "Nobody can sign in with a password or a code until it is back: tell the portal’s engineer."
        )
        lines = (Line(_("Not known"), _("the cache, which counts them, is lost"), advice, is_trouble=True),)
    return Section(_("Limits that hold now"), lines, _("None."))


def _lines(consumer: Consumer) -> Iterator[Line]:
    advice = {
        limits_now.PASSWORDS: _("They wait, or sign in with a code: that works at once."),
        limits_now.PASSWORDS_TOTAL: _(
            "Many wrong passwords were typed for this account. A new browser is asked for an emailed code instead, and"
            " that works."
        ),
        limits_now.SECOND_STEPS: _("They wait. Trying again does not help."),
        limits_now.CODES: _("They enter the long code from the newest email: it works for an hour."),
    }
    words = {
        limits_now.PASSWORDS: _("Wrong passwords"),
        limits_now.PASSWORDS_TOTAL: _("Wrong passwords, in total"),
        limits_now.SECOND_STEPS: _("Wrong codes in two-step verification"),
        limits_now.CODES: _("Emailed codes"),
    }
    for limit in limits_now.of(consumer, _networks(consumer)):
        until = _("used up until %s") % dates.time_of_day(limit.until)
        where = (_("from the network %s") % network_class(limit.network),) if limit.network else ()
        yield Line(words[limit.kind], until, advice[limit.kind], where, is_trouble=True)


def _networks(consumer: Consumer) -> list[str]:
    """From which they, or somebody else, have just failed to sign in."""
    failed = Activity.objects.filter(
        consumer=consumer, event=Activity.Event.SIGN_IN_FAILED, at__gt=timezone.now() - _RECENTLY
    )
    networks = failed.order_by("-at").values_list("network", flat=True)[:100]
    return list(dict.fromkeys(filter(None, networks)))[:_MOST_NETWORKS]
