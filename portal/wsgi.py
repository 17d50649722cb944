"""The WSGI entry point: `gunicorn portal.wsgi`."""

import gc
import os
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from portal.malloc import limit_retained_memory


class Request(WSGIRequest):
    """A request with a Content-Type that cannot be read is treated as one without.

    Django reads this header, and with a charset in it also the query, before any of its error handling: the web server
    would get an exception, and log it.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except (LookupError, ValueError, SuspiciousOperation, BadRequest):
            super().__init__({**environ, "CONTENT_TYPE": ""})


limit_retained_memory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
application.request_class = Request

from portal import tallies  # noqa: E402  Django must be set up first.
from portal.checks import refuse_to_start_misconfigured  # noqa: E402
from portal.keys import running_processes  # noqa: E402  Django must be set up first.

# Management commands run the system checks by themselves; a WSGI server does not.
refuse_to_start_misconfigured()
tallies.start_measuring()
running_processes.start(running_processes.PAGES)

# What is loaded by now stays. Looking through all of it for garbage again and again took a tenth of a page's time, and
# held up a page in sixty for an eighth of a second.
gc.collect()
gc.freeze()
