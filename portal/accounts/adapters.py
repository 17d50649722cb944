from contextlib import suppress
from html import unescape
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_login_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal import encryption
from portal.accounts.allauth_compat import clear_login
from portal.accounts.emails import queue
from portal.accounts.forms.error_messages import ACCOUNT_ERRORS, MFA_ERRORS
from portal.accounts.login import code_mails, mailed_codes, rate_limits, reauthentication
from portal.accounts.models import Consumer
from portal.accounts.sessions import client_info
from portal.accounts.signup import self_service
from portal.accounts.validators import normalise_address
from portal.cache.unavailable import CacheUnavailable


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types.
    """django-allauth's account flows, where its settings are not enough."""

    error_messages = DefaultAccountAdapter.error_messages | ACCOUNT_ERRORS

    def get_client_ip(self, request: HttpRequest) -> str:
        """Raises PermissionDenied if it is not known: limits that count by it could not be kept to."""
        try:
            return client_info.unmapped(super().get_client_ip(request))
        except ImproperlyConfigured:  # The request came through fewer proxies than TRUSTED_PROXY_COUNT.
            raise PermissionDenied from None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether everyone may sign up. Invited users come through a page of their own."""
        return bool(settings.PORTAL_SIGNUP == "open")

    def clean_email(self, email: str) -> str:
        return normalise_address(email)

    def is_safe_url(self, url: str) -> bool:
        """Whether it may be redirected to. One that cannot be parsed, as `//[`, may not: django-allauth fails on it."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def pre_login(
        self, request: HttpRequest, user: Consumer, *, email: str | None, signup: bool, **options: Any
    ) -> HttpResponse | None:
        """Refuse any address other than the account's current one.

        django-allauth may still know an earlier address. Signing in with it would verify it and make it current.
        """
        if email and email.lower() != user.email:
            clear_login(request)
            return redirect(settings.LOGIN_URL)
        if signup:
            return None  # An invited user's account is inactive until the address is verified: `login` checks it then.
        response: HttpResponse | None = super().pre_login(
            request, user, email=email, signup=signup, **options
        )
        return response

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Ask users with neither password nor second step for a recent sign-in: django-allauth asks them nothing."""
        if not super().get_reauthentication_methods(
            self.request.user
        ) and not reauthentication.recently_authenticated(self.request):
            raise ReauthenticationRequired
        return bool(super().is_reauthentication_required(app=app, **options))

    def get_reauthentication_methods(self, user: Consumer | AnonymousUser) -> list[dict[str, Any]]:
        """The pages on which a user can reauthenticate. Never empty for a signed-in user."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated:
            return methods
        return [{"id": "sign_in_again", "description": "", "url": reverse("account_sign_in_again")}]

    def login(self, request: HttpRequest, user: Consumer) -> None:
        # `user` may be older than the proof of its address, which sets the password that was chosen at sign-up.
        user.refresh_from_db()
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        if user.is_staff and getattr(request, "frame", None):
            # Checked last, for every way of signing in: until here, operators' addresses are treated like all others.
            clear_login(request)
            raise ImmediateHttpResponse(render(request, "accounts/operator_in_frame.html", status=403))
        super().login(request, user)

    def post_login(
        self, request: HttpRequest, user: Consumer, *, redirect_url: str | None, signup: bool, **options: Any
    ) -> HttpResponse:
        """Ask users without a name for it first: messages are signed with it."""
        if not (user.get_full_name() or user.is_staff):
            wanted = get_login_redirect_url(request, redirect_url, signup=signup)
            redirect_url = f"{reverse('account_name')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}"
        response: HttpResponse = super().post_login(
            request, user, redirect_url=redirect_url, signup=signup, **options
        )
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Write the words without what only pages show: the departments with their numbers, and much else."""
        if not message and message_template:
            shown = {"request": request, "user": request.user, **(message_context or {})}
            with suppress(TemplateDoesNotExist):  # As in django-allauth: it names words that it may not have.
                message = unescape(render_to_string(message_template, shown)).strip()
        super().add_message(request, level, extra_tags=extra_tags, message=message)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """If another account has the address that a user asks for, tell its owner, instead of mailing them a code."""
        address = emailconfirmation.email_address.email
        mailed_codes.count_request(request, address)
        if code := mailed_codes.long_code(request):
            emailconfirmation.state["code"] = code
        if request.user.is_authenticated and self_service.is_taken(address):
            self.send_account_already_exists_mail(address)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def generate_login_code(self) -> str:
        return mailed_codes.long_code(self.request) or str(super().generate_login_code())

    def generate_password_reset_code(self) -> str:
        return mailed_codes.long_code(self.request) or str(super().generate_password_reset_code())

    def send_account_already_exists_mail(self, email: str) -> None:
        if not mailed_codes.long_code(self.request):
            super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Store it, and send it in the background: no page waits for a mail server."""
        purpose = template_prefix
        if context.get("code") and mailed_codes.long_code(self.request):
            if not mailed_codes.may_mail_long_code(self.request):
                return
            template_prefix = mailed_codes.LONG_CODE_MAIL
        requested_by = {
            "timestamp": timezone.now(),
            "device": client_info.device(self.request),
            "location": client_info.location(client_info.client_ip(self.request)),
        }
        if code_mails.is_asked_for(self.request):
            code_mails.add(self.request, purpose, template_prefix, email, requested_by | context)
        else:
            queue.add_notice(template_prefix, email, requested_by | context)

    def validation_error(self, code: str, *arguments: Any) -> ValidationError:
        """Give a form that was sent too often an error of its own: django-allauth says that a code is used up."""
        code = "too_many_tries" if code == "too_many_login_attempts" else code
        error: ValidationError = super().validation_error(code, *arguments)
        return error

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Called before a password is compared. django-allauth rolls the usage back if the password is right."""
        self._login_failed_rl_usage = rate_limits.consume_password_attempt(
            request, credentials.get("email", "").lower()
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_passwords")

    def _rollback_login_failed_rl_usage(self) -> None:
        """The password is right. Without the cache, its use stays counted."""
        with suppress(CacheUnavailable):
            super()._rollback_login_failed_rl_usage()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        rate_limits.clear_password_attempts(request, credentials.get("email", "").lower())


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types.
    """Second steps. Their secrets are encrypted with the same keys as drafts."""

    error_messages = DefaultMFAAdapter.error_messages | MFA_ERRORS

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises encryption.KeyMissing."""
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Consumer, kind: str) -> str:
        """The suggested name of a new passkey: the device that most likely holds it."""
        return client_info.device(self.request)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.PORTAL_NAME}


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types.
    """Single sign-on: the one provider of the settings."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider of the settings. Those that the database may hold are ignored.

        Its id is its issuer, because a link to an account has to name a person by issuer and subject together.
        """
        issuer, portal = settings.PORTAL_OIDC_ISSUER, settings.PORTAL_OIDC_CLIENT_ID
        if not issuer or provider not in (None, "openid_connect", issuer) or client_id not in (None, portal):
            return []
        name = settings.PORTAL_OIDC_NAME
        return [SocialApp(provider="openid_connect", provider_id=issuer, name=name, client_id=portal)]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """`portal.accounts.federation.linking` opens accounts before django-allauth asks this."""
        return False
