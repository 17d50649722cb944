"""The portal's settings for the demo. Neither the caller's environment nor a `.env` has a say in them."""

import os
from urllib.parse import quote
from zoneinfo import ZoneInfo

import environ

from portal.demo import data_folder

PORT = os.environ.get("DEMO_PORT", "8000")
SANDBOX_PORT = os.environ.get("DEMO_SANDBOX_PORT", "8001")
SANDBOX_API_KEY = "demo-key"


def _time_zone() -> str:
    """The machine's own, so that "Today 14:05" is what the clock on the wall says; UTC where it is not known."""
    name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return "UTC"


environ.Env.EMAIL_SCHEMES["terminal"] = "portal.demo.email_backend.EmailBackend"
# Everything that portal.settings reads comes from here, and from here only: a variable that is not named
# has its default, whatever the caller's shell says.
environ.Env.ENVIRON = {
    "ENV_FILE": "",
    "DEBUG": "false",  # People are to see the real error pages.
    "SECRET_KEY": data_folder.secret_key(),
    "FIELD_ENCRYPTION_KEYS": data_folder.encryption_key(),
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "DATABASE_URL": f"sqlite:///{quote(str(data_folder.PORTAL_DATABASE))}",
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "terminal://",  # Codes appear there.
    "DEFAULT_FROM_EMAIL": "Northwind Insurance <portal@northwind.example>",
    "STATIC_ROOT": str(data_folder.STATIC),
    "SECUREMAIL_API_URL": f"http://127.0.0.1:{SANDBOX_PORT}/nexus/v3",
    "SECUREMAIL_API_KEY": SANDBOX_API_KEY,
    "PORTAL_NAME": "Northwind Insurance",
    "PORTAL_URL": f"http://localhost:{PORT}",
    "PORTAL_SIGNUP": "open",
    "TIME_ZONE": _time_zone(),
    "LOG_LEVEL": "WARNING",
}

from portal.settings import *  # noqa: E402, F403  They read the environment when they are imported.
