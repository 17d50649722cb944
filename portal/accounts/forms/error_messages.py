"""The portal's texts for django-allauth's errors, by django-allauth's codes. The adapters give them to it."""

from django.utils.translation import gettext_lazy as _

ACCOUNT_ERRORS = {
    "account_inactive": _("This account is switched off. Contact us if you think that’s a mistake."),
    "duplicate_email": _("This is already your email address."),
    "email_password_mismatch": _("The email address or password is incorrect."),
    "email_taken": _("You can’t use this address here."),
    "enter_current_password": _("This isn’t your current password."),
    "incorrect_code": _("This code is incorrect. Use the one in our latest email, or a 16-digit one."),
    "incorrect_password": _("This password is incorrect."),
    "rate_limited": _("Please wait a moment, then try again."),
    "same_as_current": _("This is already your email address."),
    # django-allauth uses this code for a mailed code that was mistyped too often. It also uses it for a form that was
    # submitted too often: `AccountAdapter.validation_error` gives that one "too_many_tries".
    "too_many_login_attempts": _("Too many wrong codes, so this one no longer works. Ask for a new one."),
    # The rest are codes of our own.
    "too_many_tries": _("Too many attempts. Please wait a few minutes, then try again."),
    "too_many_passwords": _(
        "Too many wrong passwords. Wait a few minutes and try again, or sign in with an emailed code."
    ),
}
MFA_ERRORS = {
    "cannot_delete_authenticator": _(
        "You need two-step verification here. Add another way to verify before you remove this one."
    ),
    "cannot_generate_recovery_codes": _(
        "Recovery codes are a backup for two-step verification. Set that up first."
    ),
    "incorrect_code": _("This code is incorrect. Your app shows a new one every 30 seconds."),
    "unverified_email": _("Confirm your email address first."),
}
