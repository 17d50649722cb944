"""The system check of PORTAL_EMBED_ORIGINS."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.checks import TAG
from portal.embed.origins import is_origin


@register(TAG)
def embed_origins(**_: object) -> list[CheckMessage]:
    invalid = [origin for origin in settings.PORTAL_EMBED_ORIGINS if not is_origin(origin)]
    hint = (
        "Write each exactly as browsers do, as in https://www.example.com: no path, no * and no final slash."
    )
    return [
        Error(f"PORTAL_EMBED_ORIGINS holds what is no origin: {origin}", hint=hint, id="portal.E030")
        for origin in invalid
    ]
