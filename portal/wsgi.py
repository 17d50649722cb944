"""The WSGI entry point: `gunicorn portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from portal.malloc import give_back_what_is_free

give_back_what_is_free()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from portal.checks import refuse_to_start_misconfigured  # noqa: E402  Django must be set up first.

# Management commands run the system checks by themselves; a WSGI server would serve in spite of them.
refuse_to_start_misconfigured()
