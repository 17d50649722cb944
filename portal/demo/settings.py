"""The portal's settings for the demo. They ignore the caller's environment and any `.env`."""

import os
from urllib.parse import quote
from zoneinfo import ZoneInfo

import environ

from portal.demo import data_folder

PORT = os.environ.get("DEMO_PORT", "8000")
SANDBOX_PORT = os.environ.get("DEMO_SANDBOX_PORT", "8001")
SANDBOX_API_KEY = "demo-key"


def _time_zone() -> str:
    """The machine's own, so that "Today 14:05" agrees with its clock; UTC if it cannot be found."""
    name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return "UTC"


environ.Env.EMAIL_SCHEMES["terminal"] = "portal.demo.email_backend.EmailBackend"
# portal.settings reads all its variables from here. A variable that is not listed has its default, even if the
# caller's shell sets it.
environ.Env.ENVIRON = {
    "ENV_FILE": "",
    "DEBUG": "false",  # Show the real error pages.
    "SECRET_KEY": data_folder.secret_key(),
    "FIELD_ENCRYPTION_KEYS": data_folder.encryption_key(),
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "DATABASE_URL": f"sqlite:///{quote(str(data_folder.PORTAL_DATABASE))}",
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "terminal://",  # Mails, with the codes in them, appear in the terminal.
    "DEFAULT_FROM_EMAIL": "Northwind Insurance <portal@northwind.example>",
    "STATIC_ROOT": str(data_folder.STATIC),
    "SECUREMAIL_API_URL": f"http://127.0.0.1:{SANDBOX_PORT}/nexus/v3",
    "SECUREMAIL_API_KEY": SANDBOX_API_KEY,
    "PORTAL_NAME": "Northwind Insurance",
    # Of a range that is reserved for fiction: it never reaches a real telephone.
    "PORTAL_CONTACT": "phone=+44 20 7946 0123; hours=Monday to Friday, 8am to 6pm",
    "PORTAL_URL": f"http://localhost:{PORT}",
    "PORTAL_SIGNUP": "open",
    "TIME_ZONE": _time_zone(),
    "LOG_LEVEL": "WARNING",
}

from portal.settings import *  # noqa: E402, F403  It reads the environment when it is imported.
