"""System checks of what a company sets about the portal's look."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  Django's name for it.

from portal.brand import contact, contrast, theme
from portal.brand.contrast import Pair

TAG = "portal"
_LINKS: Final = ("PORTAL_HELP_URL", "PORTAL_PRIVACY_URL", "PORTAL_ACCESSIBILITY_URL")


@register(TAG)
def contact_parts(**_: object) -> list[CheckMessage]:
    try:
        contact.parse(settings.PORTAL_CONTACT)
    except ValueError as error:
        hint = "It looks like: phone=+44 20 7946 0000; hours=Monday to Friday, 8am to 6pm; link=https://example.com"
        return [Error(f"PORTAL_CONTACT cannot be used: {error}.", hint=hint, id="portal.E070")]
    return []


@register(TAG)
def footer_links(**_: object) -> list[CheckMessage]:
    hint = "It is the address of a page of yours that begins with https://, or nothing."
    return [
        Error(f"{name} is no web address.", hint=hint, id="portal.E071")
        for name in _LINKS
        if (url := getattr(settings, name)) and not contact.is_web_address(url)
    ]


@register(TAG)
def brand_folder(**_: object) -> list[CheckMessage]:
    folder = settings.PORTAL_BRAND_DIR
    if not folder or Path(folder).is_dir():
        return []
    hint = "It is a folder with theme.css and logo.svg, or with one of them."
    return [Error(f"PORTAL_BRAND_DIR is no folder: {folder}.", hint=hint, id="portal.E012")]


@register(TAG)
def theme_contrast(**_: object) -> list[CheckMessage]:
    """Warnings, not errors: an installation whose colours were accepted before must start after an upgrade."""
    found: list[CheckMessage] = []
    for pair in contrast.compare(theme.theme()):
        if pair.is_known and pair.is_readable:
            continue
        message = _too_close(pair) if pair.is_known else _unknown(pair)
        if message not in found:
            found.append(message)
    return found


def _too_close(pair: Pair) -> CheckMessage:
    message = (
        f"{theme.company_file()}: {pair.words} on {pair.ground} has a contrast of {pair.contrast:.2f} : 1 "
        f"on {pair.scheme} pages."
    )
    hint = "Words need 4.5 : 1. Make one of the two lighter or darker. docs/operations.md says what derives from what."
    return Warning(message, hint=hint, id="portal.W070")


def _unknown(pair: Pair) -> CheckMessage:
    message = (
        f"{theme.company_file()}: the contrast of {pair.words} on {pair.ground} is not known, "
        f"for “{pair.unknown}”."
    )
    hint = "Write colours as #1d5b79, rgb(29 91 121) or light-dark(#1d5b79, #8cc8e6), or compare them by eye."
    return Warning(message, hint=hint, id="portal.W071")
