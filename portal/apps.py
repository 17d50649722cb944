from django.apps import AppConfig
from django.core.signals import request_finished

from portal import request_context


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401  Importing it registers the checks.

        request_finished.connect(request_context.end)
