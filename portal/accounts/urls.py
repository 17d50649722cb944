"""The account's pages: django-allauth's, under addresses that tell what they are, and our own."""

from allauth.mfa.totp import views as totp
from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import include, path

urlpatterns = [
    # The picture to scan is part of the page itself.
    path(
        "2fa/totp/activate/",
        csp_update({"img-src": [SELF, "data:"]})(totp.activate_totp),
        name="mfa_activate_totp",
    ),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
