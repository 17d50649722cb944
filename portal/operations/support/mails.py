"""The portal's own mails to them that the mail server has not taken yet: their kind, and when they are tried again."""

from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.emails import queue
from portal.accounts.models import Consumer, PortalMail
from portal.operations.support.section import Line, Section

Kind = PortalMail.Kind

_WORDS: Final = {
    Kind.CODE: gettext_lazy("A code"),
    Kind.NOTICE: gettext_lazy("A notice"),
    Kind.INVITATION: gettext_lazy("An invitation"),
}


def section(consumer: Consumer) -> Section:
    mails = queue.of_recipient(consumer.email).filter(kind__in=_WORDS).defer("encrypted_content")
    nothing = _(
        "None: the mail server has taken all of them. If one is missing, they look in their spam folder."
    )
    return Section(_("Emails to them that wait"), tuple(map(_line, mails.order_by("created_at"))), nothing)


def _line(mail: PortalMail) -> Line:
    tries = ngettext("%d attempt", "%d attempts", mail.attempts) % mail.attempts
    details = (
        tries,
        _("next attempt %s") % date_format(localtime(mail.due_at), "DATETIME_FORMAT"),
        _("given up %s") % date_format(localtime(mail.expires_at), "DATETIME_FORMAT"),
    )
    written = _("written %s") % date_format(localtime(mail.created_at), "DATETIME_FORMAT")
    if mail.attempts:
        advice = _(
            "Tell the portal’s engineer: the mail server does not take it. It is tried again by itself."
        )
    else:
        advice = _("It leaves within seconds. If not, “manage.py deliver” does not run: tell the engineer.")
    return Line(str(_WORDS[Kind(mail.kind)]), written, advice, details, is_trouble=mail.attempts > 0)
