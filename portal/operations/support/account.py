"""The account: whether they can sign in, with what, and where they are signed in."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.log_ids import log_ids
from portal.accounts.models import Consumer, Invitation
from portal.accounts.sessions import devices
from portal.accounts.signup import invitations
from portal.operations.support.section import Line, Section


def section(consumer: Consumer) -> Section:
    return Section(_("Account"), tuple(_lines(consumer)))


def _lines(consumer: Consumer) -> Iterator[Line]:
    yield _state(consumer)
    yield _address(consumer)
    yield _second_steps(consumer)
    yield _sessions(consumer)
    when = (
        date_format(localtime(consumer.last_login), "DATETIME_FORMAT") if consumer.last_login else _("never")
    )
    yield Line(_("Last sign-in"), when)
    yield Line(
        _("In the log"),
        log_ids(consumer)[0],
        _("The field “customer” of the log’s lines. It stands for this account and names nobody."),
    )


def _state(consumer: Consumer) -> Line:
    topic = _("Account")
    if consumer.is_active:
        return Line(topic, _("active"))
    invitation = Invitation.objects.filter(consumer=consumer).first()
    if invitation is None or invitation.accepted_at:
        advice = _("They cannot sign in. If it was not on purpose, switch the account on: on its page.")
        return Line(topic, _("switched off"), advice, is_trouble=True)
    if invitations.state(invitation) is invitations.State.OPEN:
        advice = _("They open the link in our newest email. If they can’t find it, invite them again.")
        return Line(topic, _("invited, and not accepted yet"), advice, is_trouble=True)
    advice = _("The link no longer works. Invite them again: on the account’s page.")
    return Line(topic, _("the invitation is no longer valid"), advice, is_trouble=True)


def _address(consumer: Consumer) -> Line:
    if not consumer.is_active or consumer.verified_address():
        return Line(_("Email address"), consumer.email)
    advice = _("They sign in and enter the code we email them. Until then, they see no messages.")
    return Line(_("Email address"), _("not verified: %s") % consumer.email, advice, is_trouble=True)


def _second_steps(consumer: Consumer) -> Line:
    steps = Authenticator.objects.filter(user=consumer).order_by("created_at")
    kinds = list(dict.fromkeys(str(step.get_type_display()) for step in steps))
    if kinds:
        advice = _(
            "If they have lost them all, make sure who they are, and remove them: on the account’s page."
        )
        return Line(_("Two-step verification"), ", ".join(kinds), advice)
    needs_one = settings.PORTAL_REQUIRE_MFA or consumer.is_staff
    advice = _("The portal leads them to setting one up, before anything else.") if needs_one else ""
    return Line(_("Two-step verification"), _("none"), advice)


def _sessions(consumer: Consumer) -> Line:
    open_ones = devices.active(consumer)
    if not open_ones:
        return Line(_("Signed in now"), _("nowhere"))
    words = ngettext("in %d browser", "in %d browsers", len(open_ones)) % len(open_ones)
    details = tuple(
        _("%(device)s, last used %(when)s")
        % {"device": device.name, "when": date_format(localtime(device.last_used), "DATETIME_FORMAT")}
        for device in open_ones
    )
    advice = _("If one is not theirs: “Sign out everywhere” on the account’s page, and a new password.")
    return Line(_("Signed in now"), words, advice, details)
