"""The portal's only settings file. Everything that differs between installations is read from the environment.

Missing or dangerous values stop the start: `portal.checks` names each of them and says how to fix it. `.env.example`
lists the variables. Each may be in a file of its own, as secrets of Docker and Kubernetes are: SECRET_KEY_FILE names
the file that holds SECRET_KEY.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from portal import logs, paths
from portal.database import settings as database_settings

BASE_DIR = paths.HOME


class Variables(FileAwareMapping):  # type: ignore[misc]  # django-environ has no types.
    """A value that stands in a file does not end with the line break that editors put there."""

    def __getitem__(self, name: str) -> str:
        try:
            return str(super().__getitem__(name)).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {reason}.") from None


class Environment(environ.Env):  # type: ignore[misc]  # As above.
    """Names the variable that cannot be parsed. django-environ only says that some value is wrong."""

    ENVIRON = Variables(environ.Env.ENVIRON)

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be read: {error}.") from None


logs.install()
env = Environment()
ENV_FILE = env.str("ENV_FILE", default=str(BASE_DIR / ".env"))
if Path(ENV_FILE).is_file():
    env.read_env(ENV_FILE)

# --- Keys, hosts, production -----------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.error_reports.ErrorReportFilter"
SECRET_KEY = env.str("SECRET_KEY", default="for-development-only" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Make one with\n"
        '    python -c "import secrets; print(secrets.token_urlsafe(50))"\n'
        "and put SECRET_KEY=... into .env, or set DEBUG=true on a developer's machine."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Encrypt drafts and outgoing messages: the first key encrypts, all of them decrypt. Do not derive them from
# SECRET_KEY: each can then be replaced on its own.
FIELD_ENCRYPTION_KEYS = env.list(
    "FIELD_ENCRYPTION_KEYS", default=["for-development-only-for-development-only-0="] if DEBUG else []
)

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK_HOSTS)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


_NAMED = [_host(url) for url in (env.str("PORTAL_URL", default=""), *CSRF_TRUSTED_ORIGINS) if url]
# A portal with no names but loopback ones is a developer's machine or a demo; only there is plain http acceptable.
# Every other portal without DEBUG is in production.
PRODUCTION = not DEBUG and not {*ALLOWED_HOSTS, *_NAMED} <= {*LOOPBACK_HOSTS, "::1"}

# --- Apps, middleware, templates -------------------------------------------------------------------------

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = env.list("SILENCED_SYSTEM_CHECKS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "portal",
    "portal.accounts",
    "portal.embed",
    "portal.operations",
    "inbox",
]

MIDDLEWARE = [
    "portal.middleware.request_id",
    "portal.middleware.response_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.health",
    "portal.operations.middleware.serve_metrics",
    "portal.staticfiles.StaticFilesMiddleware",
    "portal.proxy.compare_headers",
    "portal.operations.middleware.measure",
    "portal.compression.CompressPagesMiddleware",
    "portal.middleware.force_utf_8",
    "portal.embed.middleware.script_files",
    "portal.embed.middleware.FrameMiddleware",
    "portal.middleware.LimitBodyMiddleware",
    "portal.accounts.repeated_forms.RepeatedFormMiddleware",
    "portal.accounts.middleware.keep_cookie_of_ended_session",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.accounts.middleware.limit_anonymous_sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.middleware.UserMiddleware",
    "portal.accounts.middleware.extend_session",
    "portal.accounts.middleware.ReaderMiddleware",
    "portal.accounts.middleware.use_own_time_zone",
    "portal.accounts.middleware.SignInMiddleware",
    "portal.embed.middleware.LimitSecureboxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.MFAMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.middleware.discard_stale_flows",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.method_not_allowed_page",
    "inbox.middleware.UpstreamErrorMiddleware",
    "portal.accounts.middleware.CacheUnavailableMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [paths.FILES / "templates", paths.FILES / "templates/overrides"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "portal.accounts.templatetags.reader_forms",
                "portal.templatetags.brand",
                "portal.templatetags.dates",
                "portal.templatetags.stencils",
                "portal.templatetags.widgets",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.portal",
                "portal.accounts.context_processors.account",
                "portal.accounts.context_processors.company_sign_in",
                "inbox.context_processors.navigation",
            ],
        },
    },
]

FORM_RENDERER = "portal.forms.FormRenderer"

# --- Database, cache, mail -------------------------------------------------------------------------------

DATABASES = {
    "default": database_settings.from_url(
        env.str("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'portal.sqlite3'}")
    )
}

CACHES = {
    "default": env.cache_url("CACHE_URL", default="locmemcache://"),
    # What each process may know for itself, such as the company's public keys: people sign in with them without Redis.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}
# Seconds to connect to Redis, and to wait for an answer of it: 0.05 to 5.
CACHE_TIMEOUT = env.float("CACHE_TIMEOUT", default=0.5)
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    CACHES["default"]["BACKEND"] = "portal.cache.redis_cache.RedisCache"
    _TIMEOUTS = {"socket_connect_timeout": CACHE_TIMEOUT, "socket_timeout": CACHE_TIMEOUT}
    CACHES["default"]["OPTIONS"] = _TIMEOUTS | CACHES["default"].get("OPTIONS", {})
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    # Django's default is 300 entries: by signing in with invented addresses, an attacker could push the counts of
    # failed sign-ins out of the cache.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_MAIL = env.email_url("EMAIL_URL", default="consolemail://" if not PRODUCTION else "smtp://localhost:25")
_MAIL_TIMEOUT = 10  # Seconds.
if django.VERSION >= (6, 1):  # MAILERS replaces the EMAIL_ settings.
    _OPTIONS = {
        "host": _MAIL["EMAIL_HOST"],
        "port": _MAIL["EMAIL_PORT"],
        "username": _MAIL["EMAIL_HOST_USER"],
        "password": _MAIL["EMAIL_HOST_PASSWORD"],
        "use_tls": _MAIL.get("EMAIL_USE_TLS", False),
        "use_ssl": _MAIL.get("EMAIL_USE_SSL", False),
        "timeout": _MAIL_TIMEOUT,
    }
    _SMTP = _MAIL["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    MAILERS = {"default": {"BACKEND": _MAIL["EMAIL_BACKEND"], "OPTIONS": _OPTIONS if _SMTP else {}}}
else:
    EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
    EMAIL_TIMEOUT = _MAIL_TIMEOUT

# --- The Secure Email API --------------------------------------------------------------------------------

SECUREMAIL_API_URL = env.str("SECUREMAIL_API_URL", default="").rstrip("/")
SECUREMAIL_API_KEY = env.str("SECUREMAIL_API_KEY", default="")
# In place of one key, several: the newest first. Where the API refuses one, the next is tried.
SECUREMAIL_API_KEYS = env.list("SECUREMAIL_API_KEYS", default=[])
# The header that carries the key, and others that each call carries as well.
SECUREMAIL_KEY_HEADER = env.str("SECUREMAIL_KEY_HEADER", default="x-api-key")
SECUREMAIL_HEADERS = env.json("SECUREMAIL_HEADERS", default={})
# The header that tells the API the id of the request a call is made for; empty: none.
SECUREMAIL_REQUEST_ID_HEADER = env.str("SECUREMAIL_REQUEST_ID_HEADER", default="X-Request-Id")
# PEM files: the certificate authorities to trust; our own certificate, and its key if that is in a file of its own.
SECUREMAIL_CA_FILE = env.str("SECUREMAIL_CA_FILE", default="")
SECUREMAIL_CLIENT_CERTIFICATE = env.str("SECUREMAIL_CLIENT_CERTIFICATE", default="")
SECUREMAIL_CLIENT_KEY = env.str("SECUREMAIL_CLIENT_KEY", default="")
SECUREMAIL_CLIENT_KEY_PASSWORD = env.str("SECUREMAIL_CLIENT_KEY_PASSWORD", default="")
# The URL of a proxy, or "environment" for the one that https_proxy and no_proxy name. Without it, calls go straight.
SECUREMAIL_PROXY = env.str("SECUREMAIL_PROXY", default="")
# Further connections, by the names that secureboxes in the admin refer to: see docs/going-live.md.
SECUREMAIL_CONNECTIONS = env.json("SECUREMAIL_CONNECTIONS", default={})
# Seconds: to connect, for a single read from the socket, for a whole call that reads, for a whole call that sends.
SECUREMAIL_CONNECT_TIMEOUT = env.float("SECUREMAIL_CONNECT_TIMEOUT", default=1.0)
SECUREMAIL_READ_TIMEOUT = env.float("SECUREMAIL_READ_TIMEOUT", default=3.0)
SECUREMAIL_DEADLINE = env.float("SECUREMAIL_DEADLINE", default=4.0)
SECUREMAIL_SEND_DEADLINE = env.float("SECUREMAIL_SEND_DEADLINE", default=15.0)
SECUREMAIL_MAX_BYTES = env.int("SECUREMAIL_MAX_BYTES", default=4 * 1024 * 1024)
# Concurrent calls for one securebox: so many that read, and so many that send.
SECUREMAIL_CALLS_PER_BOX = env.int("SECUREMAIL_CALLS_PER_BOX", default=16)
# What is different at this API: a JSON object, or the path of a file that holds one. See docs/going-live.md.
SECUREMAIL_DIALECT = env.str("SECUREMAIL_DIALECT", default="")
# Two parts of it by themselves: the API's field names, where they differ from our defaults.
SECUREMAIL_MESSAGE_FIELDS = env.json("SECUREMAIL_MESSAGE_FIELDS", default={})
SECUREMAIL_COMPOSE_FIELDS = env.json("SECUREMAIL_COMPOSE_FIELDS", default={})

# --- Pages and messages ----------------------------------------------------------------------------------

PORTAL_NAME = env.str("PORTAL_NAME", default="Secure messages")
# The address that consumers type. The links in mails begin with it.
_DEFAULT_URL = f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000"
PORTAL_URL = env.str("PORTAL_URL", default=_DEFAULT_URL).rstrip("/")
# Origins whose pages may show the portal in a frame, in addition to those in the admin: see docs/embedding.md.
PORTAL_EMBED_ORIGINS = env.list("PORTAL_EMBED_ORIGINS", default=[])
# Where people report a vulnerability, for /.well-known/security.txt: https:, mailto: or tel: URIs, the preferred first.
PORTAL_SECURITY_CONTACT = env.list("PORTAL_SECURITY_CONTACT", default=[])
# How people reach the company, on each page and in mails: "phone=...; hours=...; address=...; link=https://...", each
# part only if wanted. And the https addresses of its pages that the foot of each page leads to; empty for none.
PORTAL_CONTACT = env.str("PORTAL_CONTACT", default="")
PORTAL_HELP_URL = env.str("PORTAL_HELP_URL", default="")
PORTAL_PRIVACY_URL = env.str("PORTAL_PRIVACY_URL", default="")
PORTAL_ACCESSIBILITY_URL = env.str("PORTAL_ACCESSIBILITY_URL", default="")
# A folder with the company's theme.css and logo.svg. A file that is missing there comes from static/brand/.
PORTAL_BRAND_DIR = env.str("PORTAL_BRAND_DIR", default="")
# Messages of a list that a page looks at, 1 to 100: it shows them as conversations. The API's reference names no limit
# for one call; where an API gives fewer than it is asked for, a page asks again.
PORTAL_PAGE_SIZE = env.int("PORTAL_PAGE_SIZE", default=50)
# Calls of the API that one press of a search's button makes, for all secureboxes together, 5 to 50.
PORTAL_SEARCH_CALLS = env.int("PORTAL_SEARCH_CALLS", default=10)
# Characters in a message, 100 to 50,000.
PORTAL_MAX_TEXT = env.int("PORTAL_MAX_TEXT", default=10_000)
# The days on which the company works: reply times in working days count them, without the holidays in the admin.
PORTAL_WORKING_DAYS = [
    day.strip().lower()
    for day in env.list("PORTAL_WORKING_DAYS", default=["mon", "tue", "wed", "thu", "fri"])
]
# How long drafts and receipts are kept, 8 to 3650 days.
PORTAL_DRAFT_DAYS = env.int("PORTAL_DRAFT_DAYS", default=90)
# How long sending a message is retried, 1 to 720 hours.
PORTAL_DELIVER_HOURS = env.int("PORTAL_DELIVER_HOURS", default=48)
# A file outside the database in which the last sending is noted: see docs/operations.md, "Backup and restore".
PORTAL_SENDING_MARK_FILE = env.str("PORTAL_SENDING_MARK_FILE", default="")
# Messages that a consumer may send to one securebox in an hour (1 to 10,000), in a day (1 to 100,000), and that may be
# under way at the same time (1 to 1,000).
PORTAL_SEND_HOURLY = env.int("PORTAL_SEND_HOURLY", default=20)
PORTAL_SEND_DAILY = env.int("PORTAL_SEND_DAILY", default=50)
PORTAL_SEND_WAITING = env.int("PORTAL_SEND_WAITING", default=10)
# Pages that ask the API which one consumer may open in a minute, 30 to 100,000.
PORTAL_PAGES_PER_MINUTE = env.int("PORTAL_PAGES_PER_MINUTE", default=300)

# How many people may save all messages of a securebox at the same time, in each process, 0 to 16: each takes up a
# thread, and 0 switches it off. How many messages one file holds at most, 50 to 100,000.
PORTAL_SAVES_AT_ONCE = env.int("PORTAL_SAVES_AT_ONCE", default=2)
PORTAL_SAVE_MESSAGES = env.int("PORTAL_SAVE_MESSAGES", default=5_000)

# --- Accounts --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Consumer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Who may open an account. "open": everyone who proves an e-mail address; "invitation": people with an invitation;
# "closed": accounts come from operators or from the company's single sign-on.
PORTAL_SIGNUP = env.str("PORTAL_SIGNUP", default="invitation")
# How long an invitation is valid, 1 to 30 days.
PORTAL_INVITATION_DAYS = env.int("PORTAL_INVITATION_DAYS", default=3)
# Whether consumers must set up two-step verification. Operators always must.
PORTAL_REQUIRE_MFA = env.bool("PORTAL_REQUIRE_MFA", default=False)
# How long entries of the activity log are kept, 30 to 3650 days.
PORTAL_ACTIVITY_DAYS = env.int("PORTAL_ACTIVITY_DAYS", default=365)
# Words that no password may contain, in addition to the words of PORTAL_NAME: the company's names, products and places.
PORTAL_COMPANY_WORDS = env.list("PORTAL_COMPANY_WORDS", default=[])
_PASSWORD_LENGTH = {"min_length": 12}  # Characters.
_DJANGO_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_DJANGO_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_DJANGO_VALIDATORS}.MinimumLengthValidator", "OPTIONS": _PASSWORD_LENGTH},
    {"NAME": "portal.accounts.password_validation.CommonPasswordsValidator"},
    {"NAME": "portal.accounts.password_validation.OwnNamesValidator", "OPTIONS": {"min_letters": 8}},
    {"NAME": "portal.accounts.password_validation.CompanyWordsValidator", "OPTIONS": _PASSWORD_LENGTH},
]
# --- Signing in: django-allauth --------------------------------------------------------------------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True  # An account has one address. A new one replaces it once it is verified.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # Otherwise anyone could make the portal send mail to strangers.
# Codes instead of links: a link in a mail may open in another browser than the one that waits for it.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # Seconds.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
# django-allauth's forms, with the portal's labels and texts.
ACCOUNT_FORMS = {
    "signup": "portal.accounts.forms.signup.SignUpForm",
    "login": "portal.accounts.forms.allauth.LoginForm",
    "request_login_code": "portal.accounts.forms.allauth.RequestLoginCodeForm",
    "confirm_login_code": "portal.accounts.forms.allauth.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "portal.accounts.forms.signup.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "portal.accounts.forms.allauth.ConfirmPasswordResetCodeForm",
    "reset_password": "portal.accounts.forms.allauth.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.allauth.ResetPasswordKeyForm",
    "change_password": "portal.accounts.forms.allauth.ChangePasswordForm",
    "set_password": "portal.accounts.forms.allauth.SetPasswordForm",
    "add_email": "portal.accounts.forms.profile.AddEmailForm",
    "reauthenticate": "portal.accounts.forms.allauth.ReauthenticateForm",
}
# Only digits: phones offer such a code above the keyboard.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}
# The rate limits of each action: see docs/accounts.md.
ACCOUNT_RATE_LIMITS = {
    "login": "100/m/ip",
    # Wrong passwords: in one network, for one account; in a browser of its owner; for one account in total.
    "password": "10/m/ip,5/5m/key,20/h/key",
    "password_known": "5/5m/key,20/h/key",
    "password_total": "40/h/key,100/d/key",
    "login_failed": "10/m/ip,5/5m/key,20/h/key",  # Wrong second steps: django-allauth's name.
    "passkey": "100/m/ip",  # It cannot be guessed, and a whole office may sign in at once.
    "change_password": "20/m/user",
    # Requests for a code, but for browsers of the account's owner; in place of django-allauth's two limits below.
    "code_request": "20/m/ip,120/h/ip",
    "request_login_code": "",
    "reset_password": "",
    "signup": "20/m/ip,120/h/ip",
    "confirm_email": "20/m/ip",
    # Codes mailed to one address: from one network, from a browser of its owner, in total; and the long code.
    "mailed_code": "3/m/key,5/h/key",
    "mailed_code_known": "3/m/key,10/h/key",
    "mailed_code_total": "20/h/key",
    "long_code": "1/20m/key",
    "try_code": "3/h/key",
    "recorded_wrong_code": "60/h/key",  # Lines in the activity log of one account.
    # What a network may do wrong with tokens of ours and of the company, and how much of it is logged.
    "invitation": "20/m/ip",
    "hand_off": "30/m/ip",
    "window": "30/m/ip",
    "recorded_failure": "20/m/ip",
    # Each is a row in the database. The key is the network, or a browser in which anyone has signed in.
    "anonymous_session": "30/m/key,400/h/key",
    "window_code": "20/m/user",
    "mail_page": f"{PORTAL_PAGES_PER_MINUTE}/m/user",
    "mail_action": f"{max(1, PORTAL_PAGES_PER_MINUTE // 5)}/m/user",  # Each costs several calls of the API.
    "search": f"{max(1, PORTAL_PAGES_PER_MINUTE // 10)}/m/user",  # Each costs PORTAL_SEARCH_CALLS calls of the API.
    "export": "10/h/user",
    "admin_search": "60/m/user",
    "securemail_check": "10/m/user",  # Each costs several calls of the API, and a thread while it runs.
}
# How the client's IP address is found: behind this many proxies of the company, or in this header of its proxy. The
# word "none" says that browsers reach the portal directly, through no proxy.
HAS_NO_PROXY = env.str("TRUSTED_PROXY_COUNT", default="").lower() == "none"
ALLAUTH_TRUSTED_PROXY_COUNT = 0 if HAS_NO_PROXY else env.int("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = env.str("TRUSTED_CLIENT_IP_HEADER", default="") or None
# --- Two-step verification and passkeys ------------------------------------------------------------------

MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"
MFA_RATE_LIMITS = {"webauthn_login": ""}  # "passkey" above takes its place.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.allauth.AuthenticateForm",
    "reauthenticate": "portal.accounts.forms.allauth.ReauthenticateCodeForm",
    "activate_totp": "portal.accounts.forms.allauth.ActivateTOTPForm",
    "add_webauthn": "portal.accounts.forms.allauth.AddWebAuthnForm",
    "edit_webauthn": "portal.accounts.forms.allauth.EditWebAuthnForm",
    "authenticate_webauthn": "portal.accounts.forms.allauth.AuthenticateWebAuthnForm",
    "login_webauthn": "portal.accounts.forms.allauth.LoginWebAuthnForm",
    "reauthenticate_webauthn": "portal.accounts.forms.allauth.ReauthenticateWebAuthnForm",
}
# Also accept the previous and the next code, of 30 seconds each: clocks differ, and people need time to type.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = PORTAL_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # For http://localhost.

# --- Sessions and cookies --------------------------------------------------------------------------------

# allauth would write to the database on every request. See portal.accounts.sessions.lifetime.
USERSESSIONS_TRACK_ACTIVITY = False
# A MaxMind DB file (.mmdb) of cities or countries. Without it, the list of devices names no places.
PORTAL_PLACES_FILE = env.str("PORTAL_PLACES_FILE", default="")
SESSION_ENGINE = "portal.accounts.sessions.store"
# Seconds until a session ends: since the last page, 60 to 86,400; since signing in, 300 to 604,800.
SESSION_IDLE_SECONDS = SESSION_COOKIE_AGE = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 3600)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
# Browsers accept a cookie with the prefix __Host- only over https and from this very host, so that no other host of the
# same domain can set it.
SESSION_COOKIE_NAME = "__Host-sessionid" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.error_views.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Company single sign-on: see docs/single-sign-on.md --------------------------------------------------

# The provider's issuer identifier, an https URL. Without one there is no single sign-on.
PORTAL_OIDC_ISSUER = env.str("PORTAL_OIDC_ISSUER", default="")
PORTAL_OIDC_CLIENT_ID = env.str("PORTAL_OIDC_CLIENT_ID", default="")
PORTAL_OIDC_CLIENT_SECRET = env.str("PORTAL_OIDC_CLIENT_SECRET", default="")
PORTAL_OIDC_NAME = env.str("PORTAL_OIDC_NAME", default="your customer account")  # "Continue with ..."
PORTAL_OIDC_SCOPES = env.list("PORTAL_OIDC_SCOPES", default=["openid", "profile", "email"])
PORTAL_OIDC_ALGORITHMS = env.list("PORTAL_OIDC_ALGORITHMS", default=["RS256", "PS256", "ES256"])
# Other origins to which the provider redirects a browser before it shows a page.
PORTAL_OIDC_FORM_ORIGINS = env.list("PORTAL_OIDC_FORM_ORIGINS", default=[])
PORTAL_OIDC_CA_FILE = env.str("PORTAL_OIDC_CA_FILE", default="")
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAccountAdapter"
_OIDC_ORIGIN = ["/".join(PORTAL_OIDC_ISSUER.split("/")[:3])] if PORTAL_OIDC_ISSUER else []

# --- Security headers ------------------------------------------------------------------------------------

# With "no-referrer", browsers would send "Origin: null" with forms, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
# Whether browsers use https for all subdomains of the portal's host too, and whether it may be built into browsers
# (https://hstspreload.org). Neither can be taken back for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if PROXY_HEADER := env.str("SECURE_PROXY_HEADER", default=""):  # For example X-Forwarded-Proto.
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{PROXY_HEADER.upper().replace('-', '_')}", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        # Chromium applies this to each redirect after a form was sent, so it must name the provider too.
        "form-action": [SELF, *_OIDC_ORIGIN, *PORTAL_OIDC_FORM_ORIGINS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
# Bytes of a request's body, files included: enough for the longest draft, with nine bytes for each character (a
# percent-encoded one of three bytes). See portal.middleware.LimitBodyMiddleware.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# Only operators upload files: invitations and logos. None is written to the disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE

# --- Static files ----------------------------------------------------------------------------------------


def _protect_static_file(headers: Any, _path: str, _url: str) -> None:
    """For a file that is opened by itself: the operator's logo may hold style rules, but nothing in it runs."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    headers["Content-Security-Policy"] = policy
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # The same for everyone.


STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
_BRAND = [("brand", PORTAL_BRAND_DIR)] if PORTAL_BRAND_DIR else []
STATICFILES_DIRS = [*_BRAND, paths.FILES / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = _protect_static_file
_HASHED = "portal.staticfiles.HashedStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {"staticfiles": {"BACKEND": _PLAIN if DEBUG else _HASHED}}

# --- Language, time, logging, metrics --------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
FORMAT_MODULE_PATH = "portal.formats"
USE_I18N = True

# Prometheus asks for /metrics with this token ("Authorization: Bearer ..."), 16 characters or more; or, if
# METRICS_LOOPBACK is set, without one from this machine and not through a proxy. With neither there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_LOOPBACK = env.bool("METRICS_LOOPBACK", default=False)
# A folder for this machine or container alone, where its processes share their numbers. prometheus-client reads the
# variable by itself; needed for more than one process.
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")

# The header in which the proxy in front gives each request an id, such as X-Request-Id or traceparent. Without it the
# portal makes the ids, since a client can send any header: the proxy has to set this one itself.
REQUEST_ID_HEADER = env.str("REQUEST_ID_HEADER", default="")
# Whether the log has a line for each request.
PORTAL_REQUEST_LOG = env.bool("PORTAL_REQUEST_LOG", default=True)
# A second way of the activity log, to the company's security monitoring, in lines of JSON: stderr, a path,
# syslog://host:port (UDP) or syslog+tcp://host:port. It holds addresses, unlike the log.
PORTAL_AUDIT_STREAM = env.str("PORTAL_AUDIT_STREAM", default="")
# The dotted name of a function that gets each logged exception, for an error tracker: see docs/operations.md.
PORTAL_ERROR_REPORTER = env.str("PORTAL_ERROR_REPORTER", default="")
# The lowest level of the portal's own lines. Libraries are logged from WARNING: below, they say everything they do.
LOG_LEVEL = env.get_value("LOG_LEVEL", cast=logs.level, default=logging.INFO)
_REPORT_HANDLER = {"class": "portal.error_reporter.ReportHandler", "function": PORTAL_ERROR_REPORTER}
_REPORTER = {"reporter": _REPORT_HANDLER} if PORTAL_ERROR_REPORTER else {}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}, **_REPORTER},
    "root": {"handlers": ["stderr", *_REPORTER], "level": max(LOG_LEVEL, logging.WARNING)},
    "loggers": {
        "inbox": {"level": LOG_LEVEL},
        "portal": {"level": LOG_LEVEL},
        # Django and gunicorn give these handlers of their own, whose lines hold URLs.
        **{
            name: {"handlers": [], "level": "NOTSET", "propagate": True}
            for name in ("django", "django.server", "gunicorn.access", "gunicorn.error")
        },
    },
}
