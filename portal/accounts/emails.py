"""The portal's own mails: codes, invitations and notices, as text and HTML. They never contain secure mail."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

_THREADS = 4
_senders = ThreadPoolExecutor(_THREADS, thread_name_prefix="mail")


def compose(template: str, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail of the templates `<template>_subject.txt`, `<template>_message.txt` and `<template>_message.html`."""
    context = {"portal_name": settings.PORTAL_NAME, "portal_url": settings.PORTAL_URL, "email": to, **context}
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    text = render_to_string(f"{template}_message.txt", context).strip()
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(render_to_string(f"{template}_message.html", context), "text/html")
    return message


def send_later(template: str, to: str, context: dict[str, Any]) -> None:
    """Send it in a thread. A failure is only logged: the user can request another mail."""
    _senders.submit(copy_context().run, _send, template, to, context)


def _send(template: str, to: str, context: dict[str, Any]) -> None:
    try:
        compose(template, to, context).send()
    except Exception as error:  # noqa: BLE001  In this thread nothing else would report it.
        # Not its text, which may contain the address.
        log.error("A mail could not be sent: %s, %s", template, type(error).__name__)
