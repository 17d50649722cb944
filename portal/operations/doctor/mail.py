"""Examines the mail server by a real connection: EHLO, STARTTLS and signing in, as for a mail. Sends none."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from portal.findings import Finding, failure, ok, warning

TOPIC: Final = "Mail"
_SECONDS: Final = 4.0  # For each step.
_HARM: Final = "No code and no invitation leaves."
_PLACE: Final = "EMAIL_URL"
# Django's backends for development.
_NOWHERE: Final = ("console", "dummy", "filebased", "locmem")


def look() -> Iterator[Finding]:
    backend, options = _configuration()
    if not backend.endswith("smtp.EmailBackend"):
        name = backend.rpartition(".")[0].rpartition(".")[2]
        if settings.PRODUCTION and name in _NOWHERE:
            yield failure(TOPIC, f"Mails go nowhere: {name}. {_HARM}", f"Set {_PLACE}=smtp+tls://...")
        else:
            yield ok(TOPIC, f"Mails do not go to a mail server: {name}.")
        return
    where = f"{options['host']}:{options['port']}"
    server = EmailBackend(
        **{**options, "timeout": _SECONDS, "alias": "default"}
    )  # Django 6.1 wants its name.
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        message, fix = _explain(error, where)
        yield failure(TOPIC, f"{message} {_HARM}", fix)
        return
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()
    if settings.PRODUCTION and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        message = f"Mails come from {settings.DEFAULT_FROM_EMAIL}, which other servers refuse."
        yield warning(TOPIC, message, "Set DEFAULT_FROM_EMAIL to an address of yours.")
    way = "with TLS" if options["use_tls"] or options["use_ssl"] else "without TLS"
    signed_in = ", and takes the user and the password" if options["username"] else ""
    yield ok(TOPIC, f"{where} answers {way}{signed_in}.")


def _configuration() -> tuple[str, dict[str, Any]]:
    """The class of the backend, and what it is given."""
    if mailers := getattr(settings, "MAILERS", None):  # Django 6.1.
        return mailers["default"]["BACKEND"], mailers["default"].get("OPTIONS", {})
    return settings.EMAIL_BACKEND, {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "username": settings.EMAIL_HOST_USER,
        "password": settings.EMAIL_HOST_PASSWORD,
        "use_tls": settings.EMAIL_USE_TLS,
        "use_ssl": settings.EMAIL_USE_SSL,
    }


def _explain(error: Exception, where: str) -> tuple[str, str]:
    """What is wrong, and what to do about it. The server's own words may name an account."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{where} refuses the user or the password ({error.smtp_code}).", f"Correct them in {_PLACE}."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            f"{where} does not offer what {_PLACE} asks for: STARTTLS or signing in.",
            "smtp+tls:// is for STARTTLS, usually on port 587; smtp+ssl:// for TLS at once, usually on port 465.",
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {where} is not trusted here, has expired, or is for another name.",
            f"Name in {_PLACE} the host that the certificate names, or add the authority to this machine's own.",
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"{where} speaks no TLS where {_PLACE} expects it.",
            "smtp+tls:// is for STARTTLS, usually on port 587; smtp+ssl:// for TLS at once, usually on port 465.",
        )
    if isinstance(error, socket.gaierror):
        return (
            f"The name of {where} is not known here.",
            f"Correct {_PLACE}, or this machine's name resolution.",
        )
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing listens at {where}.", f"Start the mail server, or correct {_PLACE}."
    # smtplib calls silence a lost connection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return (
            f"{where} does not answer within {_SECONDS:g} s.",
            f"See that the firewall lets this machine through, and that {_PLACE} has the right port.",
        )
    code = f", {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return f"{where} ends the conversation ({type(error).__name__}{code}).", "Its own log says why."
