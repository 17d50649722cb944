"""A line of the activity log in words for the person whose it is."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from portal.accounts.models import Activity

Event = Activity.Event

# What the page can be narrowed down to, by the word in its address. All else is "account".
_SIGN_INS = (
    Event.SIGNED_IN,
    Event.SIGN_IN_FAILED,
    Event.SIGNED_OUT,
    Event.DEVICE_SIGNED_OUT,
    Event.SESSION_MOVED,
)
_MESSAGES = tuple(event for event in Event if event.name.startswith("MESSAGE_"))
_ACCOUNT = tuple(event for event in Event if event not in (*_SIGN_INS, *_MESSAGES))
KINDS = {"sign-ins": _SIGN_INS, "messages": _MESSAGES, "account": _ACCOUNT}

_SEVERAL = {
    Event.DEVICE_SIGNED_OUT: ngettext_lazy(
        "%(number)s device signed out", "%(number)s devices signed out", "number"
    ),
    Event.MESSAGE_DELETED: ngettext_lazy(
        "%(number)s message deleted", "%(number)s messages deleted", "number"
    ),
}
# Their details are what was before.
_MOVES = (Event.ADDRESS_CHANGED, Event.SESSION_MOVED)
# The words of `activity.record`'s details.
_WITH = {
    "password": gettext_lazy("a password"),
    "password_reset": gettext_lazy("a new password"),
    "code by e-mail": gettext_lazy("a code by e-mail"),
    "second step": gettext_lazy("a second step"),
    "invitation": gettext_lazy("an invitation"),
    "totp": gettext_lazy("a code from an authenticator app"),
    "webauthn": gettext_lazy("a passkey"),
    "recovery_codes": gettext_lazy("a recovery code"),
    "company": gettext_lazy("the company’s own sign-in"),
    "hand_off": gettext_lazy("an account on the company’s website"),
    "window": gettext_lazy("a link from the company’s website"),
}
_WRONG = {
    "password": gettext_lazy("wrong password"),
    "code by e-mail": gettext_lazy("wrong code"),
    "second step": gettext_lazy("wrong second step"),
    "company": gettext_lazy("by way of the company’s own sign-in"),
    "hand_off": gettext_lazy("by way of the company’s website"),
}
# Asked of who was signed in.
_WRONG_AGAIN = {
    "password again": gettext_lazy("Confirmation failed: wrong password"),
    "second step again": gettext_lazy("Confirmation failed: wrong second step"),
}
_OTHER = {
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "receipt": gettext_lazy("receipt"),
    "activity": gettext_lazy("activity"),
    "company": gettext_lazy("by way of the company’s own sign-in"),
    "hand_off": gettext_lazy("by way of the company’s website"),
}


def is_failed_sign_in(line: Activity) -> bool:
    return line.event == Event.SIGN_IN_FAILED and line.detail not in _WRONG_AGAIN


def what(line: Activity) -> str:
    """Such as "Signed in with a password", or "3 messages deleted"."""
    if line.number != 1 and line.event in _SEVERAL:
        return str(_SEVERAL[Event(line.event)] % {"number": line.number})
    label, details = line.get_event_display(), line.detail.split(", ") if line.detail else []
    if not details:
        return label
    if line.event == Event.SIGNED_IN:
        how = _(" and ").join(str(_WITH.get(word, word)) for word in details)
        return _("Signed in with %(how)s") % {"how": how}
    if line.detail in _WRONG_AGAIN:
        return str(_WRONG_AGAIN[line.detail])
    if line.event in _MOVES:
        return _("%(what)s, from %(before)s") % {"what": label, "before": line.detail}
    words = _WRONG if line.event == Event.SIGN_IN_FAILED else _OTHER
    return f"{label}: {', '.join(str(words.get(word, word)) for word in details)}"
