from django.apps import AppConfig
from django.core.signals import request_finished

from portal import request_context


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401  Importing them registers the checks.
        from portal.brand import checks as brand_checks  # noqa: F401  The same.
        from portal.cache import checks as cache_checks  # noqa: F401  The same.
        from portal.database import checks as database_checks  # noqa: F401  The same.

        request_finished.connect(request_context.end)
