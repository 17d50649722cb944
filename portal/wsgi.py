"""The WSGI entry point: `gunicorn portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from portal.malloc import limit_retained_memory

limit_retained_memory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from portal.checks import refuse_to_start_misconfigured  # noqa: E402  Django must be set up first.

# Management commands run the system checks by themselves; a WSGI server does not.
refuse_to_start_misconfigured()
