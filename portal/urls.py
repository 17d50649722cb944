from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from portal.accounts.views.session import sign_out
from portal.security_txt import security_txt
from portal.web_manifest import web_manifest

admin.site.site_header = admin.site.site_title = settings.PORTAL_NAME
# The admin uses the portal's sign-in page, so that its rate limits and two-step verification apply there too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
change_password = RedirectView.as_view(pattern_name="account_change_password")

urlpatterns = [
    path("", include("inbox.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("embed/", include("portal.embed.urls")),
    # In place of the admin's own views. The portal's page writes to the activity log and ends the other sessions.
    path("admin/password_change/", change_password),
    # The portal's view also signs the user out at the company's identity provider.
    path("admin/logout/", sign_out, name="account_logout_admin"),
    path("admin/operations/", include("portal.operations.urls")),
    path("admin/", admin.site.urls),
    path("manifest.webmanifest", web_manifest, name="web_manifest"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
]

handler400 = "portal.error_views.bad_request"
handler403 = "portal.error_views.forbidden"
handler404 = "portal.error_views.not_found"
handler500 = "portal.error_views.server_error"
