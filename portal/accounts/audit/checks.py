from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.accounts.audit.sinks import check_target
from portal.checks import TAG


@register(TAG)
def audit_stream(**_: object) -> list[CheckMessage]:
    target = settings.PORTAL_AUDIT_STREAM
    try:
        if target:
            check_target(target)
    except (ValueError, OSError) as error:
        hint = "It is stderr, the path of a file, syslog://host:port or syslog+tcp://host:port."
        return [Error(f"PORTAL_AUDIT_STREAM cannot be used: {error}.", hint=hint, id="portal.E064")]
    return []
