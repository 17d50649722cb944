"""Numbered checks of the single sign-on settings, one for each way to get them wrong."""

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.accounts.validators import is_safe_url
from portal.checks import TAG

# Only asymmetric ones. With "none" anyone can sign a token, with HS* everyone who knows the shared secret.
_ALGORITHMS: Final = {
    *(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)),
    "EdDSA",
}
_MAX_ISSUER: Final = 200  # Characters: the size of django-allauth's column.


@register(TAG)
def complete(**_: object) -> list[CheckMessage]:
    names = ("PORTAL_OIDC_ISSUER", "PORTAL_OIDC_CLIENT_ID", "PORTAL_OIDC_CLIENT_SECRET")
    missing = [name for name in names if not getattr(settings, name)]
    if not missing or len(missing) == len(names):
        return []
    hint = "All three come from the provider; without single sign-on, remove all three."
    return [Error(f"{' and '.join(missing)} not set.", hint=hint, id="portal.E020")]


@register(TAG)
def issuer(**_: object) -> list[CheckMessage]:
    url = settings.PORTAL_OIDC_ISSUER
    if not url or (is_safe_url(url) and _is_plain(url) and len(url) <= _MAX_ISSUER):
        return []
    hint = "It looks like https://login.example.com, as the provider's own configuration spells it."
    return [Error("PORTAL_OIDC_ISSUER is no https address that can be used.", hint=hint, id="portal.E021")]


@register(TAG)
def algorithms(**_: object) -> list[CheckMessage]:
    listed = settings.PORTAL_OIDC_ALGORITHMS
    if listed and set(listed) <= _ALGORITHMS:
        return []
    hint = f"Use those that the provider signs with, out of {', '.join(sorted(_ALGORITHMS))}."
    return [Error("PORTAL_OIDC_ALGORITHMS would accept forged tokens, or none.", hint=hint, id="portal.E022")]


@register(TAG)
def scopes(**_: object) -> list[CheckMessage]:
    if {"openid", "email"} <= set(settings.PORTAL_OIDC_SCOPES):
        return []
    return [Error("PORTAL_OIDC_SCOPES must hold openid and email.", id="portal.E023")]


@register(TAG)
def form_origins(**_: object) -> list[CheckMessage]:
    wrong = [origin for origin in settings.PORTAL_OIDC_FORM_ORIGINS if not _is_origin(origin)]
    if not wrong:
        return []
    hint = "Each looks like https://login.example.com: no path, no wildcard."
    return [Error(f"PORTAL_OIDC_FORM_ORIGINS: {', '.join(wrong)}.", hint=hint, id="portal.E024")]


@register(TAG)
def ca_file(**_: object) -> list[CheckMessage]:
    path = settings.PORTAL_OIDC_CA_FILE
    if not path or Path(path).is_file():
        return []
    hint = "It is a file of certificates in PEM form, for a provider whose certificate no public authority signed."
    return [Error(f"PORTAL_OIDC_CA_FILE is no file: {path}.", hint=hint, id="portal.E025")]


def _is_plain(url: str) -> bool:
    """Whether it has only safe characters: its origin goes into the Content-Security-Policy, and must not end it."""
    return re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/%-]*)?", url) is not None


def _is_origin(url: str) -> bool:
    return is_safe_url(url) and _is_plain(url) and url.count("/") == len("//")
