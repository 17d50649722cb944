"""The portal's texts for django-allauth's errors, by django-allauth's codes. The adapters give them to it."""

from django.utils.translation import gettext_lazy as _

ACCOUNT_ERRORS = {
    "account_inactive": _("This account is switched off. Please ask the company."),
    "duplicate_email": _("This is your address already."),
    "email_password_mismatch": _("The e-mail address or the password is not correct."),
    "email_taken": _("This address cannot be used here."),
    "enter_current_password": _("This is not your current password."),
    "incorrect_code": _("This code is not correct. Only the one in the latest mail works, or a long one."),
    "incorrect_password": _("This password is not correct."),
    "rate_limited": _("That was quick. Please wait a moment, then try again."),
    "same_as_current": _("This is your address already."),
    # django-allauth uses this code for a mailed code that was mistyped too often. It also uses it for a form that was
    # submitted too often: `AccountAdapter.validation_error` gives that one "too_many_tries".
    "too_many_login_attempts": _("That was one wrong code too many: this code is used up. Ask for another."),
    # The rest are codes of our own.
    "too_many_tries": _("Too many attempts. Please wait a few minutes, then try again."),
    "too_many_passwords": _(
        "Too many wrong passwords. Wait a few minutes and try again, or sign in with a code by e-mail."
    ),
}
MFA_ERRORS = {
    "cannot_delete_authenticator": _(
        "You need a second step here. Add another one before you remove this one."
    ),
    "cannot_generate_recovery_codes": _("Recovery codes stand in for a second step: set one up first."),
    "incorrect_code": _("This code is not correct. Your app shows a new one every 30 seconds."),
    "unverified_email": _("Please confirm your e-mail address first."),
}
