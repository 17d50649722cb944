"""What phones need to know when somebody puts the portal on their home screen: /manifest.webmanifest."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.templatetags.brand import theme_colors


@login_not_required  # Browsers ask without cookies; it says nothing but the company's name and colour.
@require_safe
def web_manifest(request: HttpRequest) -> HttpResponse:
    logo = {"src": static("brand/logo.svg"), "type": "image/svg+xml", "sizes": "any"}
    manifest = {
        "name": settings.PORTAL_NAME,
        "lang": get_language(),
        "start_url": reverse("home"),
        # With an address bar, which shows people where they type their password.
        "display": "browser",
        "icons": [logo],
    }
    if colour := theme_colors().get("light"):
        manifest |= {"theme_color": colour, "background_color": colour}
    return JsonResponse(manifest, content_type="application/manifest+json")
