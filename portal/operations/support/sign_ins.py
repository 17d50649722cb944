"""Their last sign-ins, and those that failed."""

import ipaddress
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.accounts.audit import descriptions
from portal.accounts.models import Activity, Consumer
from portal.accounts.sessions import client_info
from portal.operations.support.section import Line, Section

_MOST: Final = 10
# How much of a network address is shown: enough to tell home from elsewhere, and not who it is.
_SHOWN_BITS: Final = {4: 24, 6: 48}


def section(consumer: Consumer) -> Section:
    lines = Activity.objects.filter(consumer=consumer, event__in=descriptions.KINDS["sign-ins"])[:_MOST]
    nothing = _("None that the activity log still has.")
    return Section(_("Last sign-ins"), tuple(map(_line, lines)), nothing)


def _line(line: Activity) -> Line:
    failed = line.event == Activity.Event.SIGN_IN_FAILED
    place = client_info.location(line.network) or network_class(line.network)
    details = (
        *filter(None, (line.device, place)),
        _("request %s") % line.request_id if line.request_id else "",
    )
    return Line(
        date_format(localtime(line.at), "DATETIME_FORMAT"),
        descriptions.describe(line),
        _advice(line.detail) if failed else "",
        tuple(filter(None, details)),
        is_trouble=failed,
    )


def _advice(detail: str) -> str:
    how = detail.partition(" again")[0]
    return {
        "password": _("They may sign in with an emailed code, and set a new password there."),
        "code by e-mail": _("Only the newest code works, for ten minutes, in the browser that asked for it."),
        "second step": _("The clock of their phone must be right. A recovery code works as well."),
        "company": _("The company’s own sign-in refused it: see the log under the request’s id."),
        "hand_off": _("The website’s token was refused: see the log under the request’s id."),
    }.get(how, "")


def network_class(network: str | None) -> str:
    """Such as 192.0.2.0/24. Empty if unknown."""
    if not network:
        return ""
    address = ipaddress.ip_address(network)
    return str(ipaddress.ip_network((address, _SHOWN_BITS[address.version]), strict=False))
