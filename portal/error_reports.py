import re

from django.views.debug import SafeExceptionReporterFilter


class ErrorReportFilter(SafeExceptionReporterFilter):
    """Leaves settings out of error pages whose names do not tell that there may be a password or a key in them."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|SECUREMAIL_|CACHES|DATABASES|EMAIL_|MAILERS",
        re.IGNORECASE,
    )
