"""Management commands: `manage.py` in a checkout, and `securebox-portal` where the wheel is installed.

`sandbox` and `demo` have settings of their own and ignore any `.env`.
"""

import os
import sys

OWN_SETTINGS = {"sandbox": "portal.sandbox.settings", "demo": "portal.demo.settings"}


def main() -> None:
    settings = OWN_SETTINGS.get("".join(sys.argv[1:2]))
    if settings:
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import Error

    from portal.database.failures import in_words, is_outage

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The portal is not set up: {error}")
    except Error as error:
        if not is_outage(error) or "--traceback" in sys.argv:
            raise
        sys.exit(f"The database cannot be used: {in_words(error)}")
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, the exit status that shells use for Ctrl-C.
