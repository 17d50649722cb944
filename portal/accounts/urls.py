"""The account's pages: our own, then django-allauth's. Ours come first, so they can replace one of its URLs."""

from allauth.mfa.totp import views as totp
from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import include, path

from portal.accounts.views import account, activity, devices, invitation, preferences, profile, session

urlpatterns = [
    path("", account.account, name="account"),
    path("name/", profile.name, name="account_name"),
    path("preferences/", preferences.preferences, name="account_preferences"),
    path("time-zone.json", preferences.tell_time_zone, name="account_time_zone"),
    path("invitation/<str:token>/", invitation.invitation, name="account_invitation"),
    path("close/", account.close_account, name="account_close"),
    path("devices/", devices.devices, name="account_devices"),
    path("devices/sign-out/", devices.sign_out_others, name="account_devices_sign_out_others"),
    path("devices/<int:device>/sign-out/", devices.sign_out_device, name="account_device_sign_out"),
    path("activity/", activity.activity, name="account_activity"),
    path("activity/download/<slug:form>/", activity.export, name="account_activity_export"),
    path("session.json", session.state, name="account_session"),
    path("session/extend/", session.extend, name="account_session_extend"),
    path("logout/", session.sign_out, name="account_logout"),
    path("reauthenticate/sign-in/", session.sign_in_again, name="account_sign_in_again"),
    path("confirm-email/", account.confirm_address, name="account_email_verification_sent"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("password/set/", account.set_password, name="account_set_password"),
    # The QR code is a data: URL in the page.
    path(
        "2fa/totp/activate/",
        csp_update({"img-src": [SELF, "data:"]})(totp.activate_totp),
        name="mfa_activate_totp",
    ),
    path("company/", include("portal.accounts.federation.oidc.urls")),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
