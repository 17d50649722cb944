#!/usr/bin/env python
"""Run a management command. `sandbox` and `demo` run with settings of their own, apart from any `.env`."""

import os
import sys

SETTINGS = {"sandbox": "portal.sandbox.settings", "demo": "portal.demo.settings"}


def main() -> None:
    own = SETTINGS.get("".join(sys.argv[1:2]))
    if own:
        os.environ["DJANGO_SETTINGS_MODULE"] = own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The portal is not set up: {error}")
    except KeyboardInterrupt:
        sys.exit(130)  # As a shell reports Ctrl-C.


if __name__ == "__main__":
    main()
