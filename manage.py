#!/usr/bin/env python
"""Run the portal's management commands; `manage.py sandbox` runs with the sandbox's own settings."""

import os
import sys


def main() -> None:
    sandbox = sys.argv[1:2] == ["sandbox"]
    settings = "portal.sandbox.settings" if sandbox else "portal.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
