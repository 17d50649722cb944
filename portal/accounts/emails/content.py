"""What a waiting mail's row holds, and the mail that is made of it: as text and HTML."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal import encryption


@dataclass(frozen=True)
class Content:
    """A mail before it is rendered. `moments` are the values of its templates that are times, in ISO format."""

    template: str
    to: str
    values: dict[str, Any] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, template: str, to: str, context: dict[str, Any]) -> "Content":
        """Leaves out what cannot be stored, such as django-allauth's `request` and `user`: no template needs it."""
        values = {name: value for name, value in context.items() if isinstance(value, str | int)}
        moments = {name: value.isoformat() for name, value in context.items() if isinstance(value, datetime)}
        return cls(template, to, values, moments)

    def context(self) -> dict[str, Any]:
        moments = {name: datetime.fromisoformat(value) for name, value in self.moments.items()}
        return {**self.values, **moments}

    def encrypted(self) -> str:
        return encryption.encrypt(json.dumps(asdict(self), ensure_ascii=False))


def decrypt(encrypted: str) -> Content:
    """Raises encryption.KeyMissing."""
    return Content(**json.loads(encryption.decrypt(encrypted)))


def compose(
    template: str, to: str, context: dict[str, Any], zone: tzinfo | None = None
) -> EmailMultiAlternatives:
    """The mail of the templates `<template>_subject.txt`, `<template>_message.txt` and `<template>_message.html`.

    In LANGUAGE_CODE and in this time zone, else in TIME_ZONE, whoever's page or process happens to send it.
    """
    context = {"portal_name": settings.PORTAL_NAME, "portal_url": settings.PORTAL_URL, "email": to, **context}
    with (
        translation.override(settings.LANGUAGE_CODE),
        timezone.override(zone or timezone.get_default_timezone()),
    ):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        text = render_to_string(f"{template}_message.txt", context).strip()
        html = render_to_string(f"{template}_message.html", context)
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(html, "text/html")
    return message
