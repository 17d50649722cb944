"""System checks of what a company sets about the portal's look."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  Django's name for it.

from portal.brand import contact, theme

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


# Words, and what they stand on.
READ_TOGETHER: Final = (
    ("--ink", "--page"),
    ("--ink", "--surface"),
    ("--ink", "--brand-soft"),
    ("--soft", "--page"),
    ("--soft", "--surface"),
    ("--on-brand", "--brand"),
    ("--on-brand", "--brand-strong"),
    ("--brand", "--page"),
    ("--brand", "--surface"),
    ("--brand-strong", "--brand-soft"),
    ("--on-header", "--header"),
)
READABLE: Final = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum).


@register(TAG)
def theme_contrast(**_: object) -> list[CheckMessage]:
    """Warnings, not errors: an installation whose colours were accepted before must start after an upgrade."""
    colours, found = theme.theme(), []
    for words, ground in READ_TOGETHER:
        for scheme in theme.SCHEMES:
            try:
                contrast = colours.contrast(words, ground, scheme)
            except theme.UnknownColour as unknown:
                found.append(_unknown(words, ground, unknown))
                break
            if contrast < READABLE:
                found.append(_too_close(words, ground, scheme, contrast))
    return found


def _too_close(words: str, ground: str, scheme: str, contrast: float) -> CheckMessage:
    message = (
        f"{theme.company_file()}: {words} on {ground} has a contrast of {contrast:.2f} : 1 on {scheme} pages."
    )
    hint = "Words need 4.5 : 1. Make one of the two lighter or darker. docs/operations.md says what derives from what."
    return Warning(message, hint=hint, id="portal.W070")


def _unknown(words: str, ground: str, unknown: theme.UnknownColour) -> CheckMessage:
    message = f"{theme.company_file()}: the contrast of {words} on {ground} is not known, for “{unknown}”."
    hint = "Write colours as #1d5b79, rgb(29 91 121) or light-dark(#1d5b79, #8cc8e6), or compare them by eye."
    return Warning(message, hint=hint, id="portal.W071")
