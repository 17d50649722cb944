"""Django system checks: a numbered one for each way to misconfigure the portal, with a hint how to fix it."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import maxminddb
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from portal import logs, proxy
from portal.loopback import is_loopback

TAG = "portal"


def refuse_to_start_misconfigured() -> None:
    """Raise ImproperlyConfigured if a system check fails."""
    found = [*run_checks(), *static_files()]
    errors = [message for message in found if message.is_serious() and not message.is_silenced()]
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))


def static_files() -> list[CheckMessage]:
    """Not registered, since only a server needs static files: commands must also run before `collectstatic`."""
    ignored = StaticFilesConfig.ignore_patterns
    try:
        for finder in get_finders():
            for name, storage in finder.list(ignored):
                prefix = getattr(storage, "prefix", None)
                staticfiles_storage.url(f"{prefix}/{name}" if prefix else name)
    except ValueError:
        hint = "Run: python manage.py collectstatic --no-input"
        return [Error("The static files of this release are not collected.", hint=hint, id="portal.E013")]
    return []


@register(TAG)
def secret_key(**_: object) -> list[CheckMessage]:
    if not settings.PRODUCTION or len(settings.SECRET_KEY) >= 50:
        return []
    hint = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    return [Error("SECRET_KEY is too short: it signs sessions and references.", hint=hint, id="portal.E008")]


@register(TAG)
def allowed_hosts(**_: object) -> list[CheckMessage]:
    too_wide = [host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith(".")]
    if settings.DEBUG or not too_wide:
        return []
    hint = "Name each host that consumers type, exactly."
    return [Error(f"ALLOWED_HOSTS is too wide: {', '.join(too_wide)}.", hint=hint, id="portal.E009")]


@register(TAG)
def debug_in_production(**_: object) -> list[CheckMessage]:
    if not settings.DEBUG or set(settings.ALLOWED_HOSTS) <= set(settings.LOOPBACK_HOSTS):
        return []
    hint = "Remove DEBUG from the environment: its error pages show mail to anyone who causes an error."
    return [Error("DEBUG is on for a portal that serves other machines.", hint=hint, id="portal.E010")]


@register(TAG)
def limits(**_: object) -> list[CheckMessage]:
    bounds = {
        "PORTAL_PAGE_SIZE": (1, 100),
        "PORTAL_SEARCH_CALLS": (5, 50),
        "PORTAL_MAX_TEXT": (100, 50_000),
        "PORTAL_DRAFT_DAYS": (8, 3_650),
        "PORTAL_DELIVER_HOURS": (1, 720),
        "PORTAL_SEND_HOURLY": (1, 10_000),
        "PORTAL_SEND_DAILY": (1, 100_000),
        "PORTAL_SEND_WAITING": (1, 1_000),
        "PORTAL_PAGES_PER_MINUTE": (30, 100_000),
        "PORTAL_SAVES_AT_ONCE": (0, 16),
        "PORTAL_SAVE_MESSAGES": (50, 100_000),
        "PORTAL_INVITATION_DAYS": (1, 30),
        "PORTAL_ACTIVITY_DAYS": (30, 3_650),
        "SESSION_IDLE_SECONDS": (60, 86_400),
        "SESSION_ABSOLUTE_SECONDS": (300, 604_800),
        "SECUREMAIL_CALLS_PER_BOX": (1, 256),
        "CACHE_TIMEOUT": (0.05, 5),
    }
    return [
        Error(f"{name} must lie between {low} and {high}.", id="portal.E011")
        for name, (low, high) in bounds.items()
        if not low <= getattr(settings, name) <= high
    ]


@register(TAG)
def security_contact(**_: object) -> list[CheckMessage]:
    uri = re.compile(r"(?:https://|mailto:[^@\s]+@|tel:\+?\d)\S+")
    unusable = [contact for contact in settings.PORTAL_SECURITY_CONTACT if not uri.fullmatch(contact)]
    if not unusable:
        return []
    hint = "Write each as a URI: mailto:security@example.com, https://... or tel:+1-201-555-0123."
    message = f"PORTAL_SECURITY_CONTACT is no contact: {', '.join(unusable)}."
    return [Error(message, hint=hint, id="portal.E026")]


@register(TAG)
def sign_up_mode(**_: object) -> list[CheckMessage]:
    if settings.PORTAL_SIGNUP in ("open", "invitation", "closed"):
        return []
    hint = "It is open, invitation or closed."
    return [Error(f"PORTAL_SIGNUP is unknown: {settings.PORTAL_SIGNUP}.", hint=hint, id="portal.E014")]


@register(TAG)
def portal_url(**_: object) -> list[CheckMessage]:
    hint = "It is what consumers type, such as https://mail.example.com: its host is one of ALLOWED_HOSTS."
    try:
        parts = urlsplit(settings.PORTAL_URL)
        host = parts.hostname or ""
    except ValueError:
        return [Error("PORTAL_URL is no address.", hint=hint, id="portal.E016")]
    is_origin = f"{parts.scheme}://{parts.netloc}" == settings.PORTAL_URL and "@" not in parts.netloc
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if is_origin and is_secure and (host in settings.ALLOWED_HOSTS or not settings.PRODUCTION):
        return []
    return [Error("PORTAL_URL cannot be the beginning of links in mails.", hint=hint, id="portal.E016")]


@register(TAG)
def trusted_origins(**_: object) -> list[CheckMessage]:
    too_wide = [url for url in settings.CSRF_TRUSTED_ORIGINS if "*" in url or not url.startswith("https://")]
    if not settings.PRODUCTION or not too_wide:
        return []
    hint = "Forms are accepted from them, and people are redirected to them. Name each exactly, with https."
    return [Error(f"CSRF_TRUSTED_ORIGINS is too wide: {', '.join(too_wide)}.", hint=hint, id="portal.E017")]


@register(TAG)
def hsts_preload(**_: object) -> list[CheckMessage]:
    if not settings.SECURE_HSTS_PRELOAD or settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        return []
    hint = (
        "Browsers' lists take a host only with all its subdomains: set SECURE_HSTS_INCLUDE_SUBDOMAINS=true if each of"
        " them speaks https, or remove SECURE_HSTS_PRELOAD."
    )
    return [Error("SECURE_HSTS_PRELOAD has no effect by itself.", hint=hint, id="portal.E029")]


@register(TAG)
def proxy_declared(**_: object) -> list[CheckMessage]:
    """Whoever runs the portal has to say what is in front of it: it cannot be seen from here, and a wrong guess locks
    out everybody, or lets everybody choose an address.
    """
    header = settings.SECURE_PROXY_SSL_HEADER
    if settings.HAS_NO_PROXY and header is None:
        return []
    if proxy.is_declared() and settings.ALLAUTH_TRUSTED_PROXY_COUNT >= 0:
        return []
    if header is None and not settings.PRODUCTION:
        return []
    message = (
        "TRUSTED_PROXY_COUNT does not say how many proxies are in front of the portal: all consumers seem to come from"
        " the proxy's address, and ten wrong passwords in a minute keep all of them out."
    )
    hint = (
        "Set it to the number of your proxies that add to X-Forwarded-For, usually 1; or set TRUSTED_CLIENT_IP_HEADER."
        " If browsers really reach the portal directly: TRUSTED_PROXY_COUNT=none, and no SECURE_PROXY_HEADER."
    )
    return [Error(message, hint=hint, id="portal.E042")]


@register(TAG)
def geoip_file(**_: object) -> list[CheckMessage]:
    path = settings.PORTAL_PLACES_FILE
    try:
        if path:
            maxminddb.open_database(path).close()
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):
        hint = "It is a MaxMind DB file (.mmdb) of cities or countries. Without one, no place is named."
        return [Error(f"PORTAL_PLACES_FILE cannot be read: {path}.", hint=hint, id="portal.E015")]
    return []


@register(TAG)
def metrics_token(**_: object) -> list[CheckMessage]:
    token = settings.METRICS_TOKEN
    if not token or re.fullmatch(r"[\x21-\x7e]{16,}", token):
        return []
    hint = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
    message = "METRICS_TOKEN is shorter than 16 characters, or holds one that no header can carry."
    return [Error(message, hint=hint, id="portal.E060")]


@register(TAG)
def metrics_folder(**_: object) -> list[CheckMessage]:
    folder = settings.PROMETHEUS_MULTIPROC_DIR
    if not folder:
        return []
    # It is made if it is missing, so what counts is the nearest one that is there.
    path = Path(folder).absolute()
    there = next(place for place in (path, *path.parents) if place.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    hint = "Name a folder of this machine or container alone that the portal may write to, best in memory."
    return [Error(f"PROMETHEUS_MULTIPROC_DIR is no such folder: {folder}.", hint=hint, id="portal.E061")]


@register(TAG)
def log_formatters(**_: object) -> list[CheckMessage]:
    """Of the logging as it is, by whomever: LOGGING, a server's options, a library that adds a handler."""
    unsafe = logs.unsafe_loggers()
    if not unsafe:
        return []
    hint = "Give each handler the formatter portal.logs.Formatter. It has to be one that writes text to a stream."
    names = ", ".join(unsafe)
    return [Error(f"Mail and addresses may get into the log of: {names}.", hint=hint, id="portal.E040")]


@register(TAG)
def request_id_headers(**_: object) -> list[CheckMessage]:
    name = settings.REQUEST_ID_HEADER
    if not name or re.fullmatch(r"[A-Za-z0-9-]+", name):
        return []
    hint = "It is the name of a header that your proxy sets, such as X-Request-Id."
    return [Error(f"REQUEST_ID_HEADER is no header: {name}.", hint=hint, id="portal.E063")]


@register(TAG)
def error_reporter(**_: object) -> list[CheckMessage]:
    name = settings.PORTAL_ERROR_REPORTER
    try:
        if not name or callable(import_string(name)):
            return []
    except ImportError:
        pass
    hint = "It is the dotted name of a function that the portal can import, such as company_portal.errors.report."
    return [Error(f"PORTAL_ERROR_REPORTER is no function: {name}.", hint=hint, id="portal.E062")]


@register(TAG)
def mails_in_the_log(**_: object) -> list[CheckMessage]:
    mailers = getattr(settings, "MAILERS", None)  # Of Django 6.1, where EMAIL_BACKEND is deprecated.
    backend = mailers["default"]["BACKEND"] if mailers else settings.EMAIL_BACKEND
    if not settings.PRODUCTION or not backend.endswith("console.EmailBackend"):
        return []
    hint = "Set EMAIL_URL=smtp://...: consolemail:// prints codes and addresses, for development."
    return [Error("Mails go to the log instead of to people.", hint=hint, id="portal.E041")]
