"""The texts of the script for websites, in every language of the portal."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _


def by_language() -> list[tuple[str, dict[str, str]]]:
    """The default language first: it stands in for one that a website asks for and the portal does not have.

    The names are those of the attributes by which a website replaces them; `badge-label` is `unread-label` where no
    word stands before it.
    """
    codes = [code for code, _name in settings.LANGUAGES]
    codes.sort(key=lambda code: code != settings.LANGUAGE_CODE)
    return [(code.lower(), _labels(code)) for code in codes]


def _labels(code: str) -> dict[str, str]:
    with translation.override(code):
        return {
            "label": _("Messages"),
            "close-label": _("Close"),
            "unread-label": _("{count} unread"),
            "badge-label": _("Unread messages: {count}"),
            "problem-label": _("We can’t show your messages here right now."),
            "retry-label": _("Try again"),
            "window-label": _("Open in a new window"),
        }
