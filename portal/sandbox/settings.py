"""The sandbox's settings. They share nothing with the portal's and do not read the environment."""

from logging import LogRecord

from django.core.management.utils import get_random_secret_key

from portal import paths

# Nothing signed needs to survive a restart, so each start has a new key.
SECRET_KEY = get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = ["django.contrib.humanize", "django.contrib.staticfiles", "portal.sandbox"]
ROOT_URLCONF = "portal.sandbox.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.sandbox.middleware.api_calls",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [paths.FILES / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# Many threads read and write at once. With write-ahead logging, readers continue while one writes. With IMMEDIATE, a
# transaction takes the write lock when it begins and waits for it; otherwise it could fail half way.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": paths.HOME / "var" / "sandbox.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
        },
    }
}

# Bytes. One control call may carry many messages; the API's own limit is much lower.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

# Browsers send a host's cookies to all its ports, and the demo's portal is on another port of the same host.
CSRF_COOKIE_NAME = "sandbox_csrf"
CSRF_COOKIE_PATH = "/desk/"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [("sandbox", paths.FILES / "static" / "sandbox")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True


def is_unexpected(record: LogRecord) -> bool:
    """Log only tracebacks: faults and refused calls are what the sandbox is for."""
    return bool(record.exc_info) and not record.name.startswith("django.security")


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"unexpected": {"()": "django.utils.log.CallbackFilter", "callback": is_unexpected}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["unexpected"]}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
