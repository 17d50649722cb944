"""The WSGI entry point: `gunicorn portal.demo.website.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.demo.website.settings"

application = get_wsgi_application()
