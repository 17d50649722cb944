"""Who may show the portal in a frame: the websites of the admin, and the origins of the settings."""

from django.conf import settings

from portal.embed.models import Website


def find(origin: str) -> Website | None:
    """The website with exactly this origin, or None. What the admin says of an origin goes before the settings."""
    known = Website.objects.select_related("company").filter(origin=origin).first()
    if known is None and origin in settings.PORTAL_EMBED_ORIGINS:
        return Website(name=origin.partition("://")[2], origin=origin)
    return known
