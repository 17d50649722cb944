"""The website's settings. They share nothing with the portal's, as on another company's server."""

import os

from csp.constants import NONE, SELF

from portal.demo import data_folder
from portal.demo.website import identity

PORT = os.environ.get("DEMO_SITE_PORT", "8002")
PORTAL_URL = f"http://localhost:{os.environ.get('DEMO_PORT', '8000')}"

SECRET_KEY = data_folder.website_secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = list(identity.origins(PORT))  # Their pages may also ask for tokens.

INSTALLED_APPS = ["django.contrib.staticfiles", "django.forms", "portal.demo.website"]
ROOT_URLCONF = "portal.demo.website.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.demo.website.middleware.never_cache_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "portal.demo.website.context_processors.site",
            ],
        },
    }
]

# Browsers send a host's cookies to all its ports, and the portal is on localhost too: these names must not be
# the portal's.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "northwind_session"
SESSION_COOKIE_AGE = 8 * 3600  # Seconds.
CSRF_COOKIE_NAME = "northwind_csrf"
CSRF_COOKIE_HTTPONLY = True

# To show the portal in its pages, a company must allow the portal's script and frames.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, PORTAL_URL],
        "frame-src": [PORTAL_URL],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

LANGUAGE_CODE = "en"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
