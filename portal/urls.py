from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# One page to sign in on, with one set of limits and second steps.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("inbox.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
