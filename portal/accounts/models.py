from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.federation.handoff.public_keys import clean_public_key
from portal.accounts.validators import (
    MAX_ADDRESS_LENGTH,
    normalise_address,
    validate_address,
    validate_safe_url,
)


class ConsumerManager(BaseUserManager["Consumer"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Consumer":
        consumer = self.model(email=email, **fields)
        consumer.set_password(password)
        consumer.save()
        return consumer

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Consumer":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Consumer":
        return self.get(email=(username or "").lower())


class Consumer(AbstractBaseUser, PermissionsMixin):
    """A customer with an account here; with `is_staff`, an operator of the portal."""

    email = models.EmailField(
        _("e-mail address"), max_length=MAX_ADDRESS_LENGTH, unique=True, validators=[validate_address]
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    is_staff = models.BooleanField(_("operator"), default=False, help_text=_("May use the admin pages."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("May sign in."))
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects: ClassVar[ConsumerManager] = ConsumerManager()

    # Slugs of the secureboxes that this request may show, where that depends on its place. None: no such limit.
    boxes_here: frozenset[str] | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("consumer")
        verbose_name_plural = _("consumers")

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_address(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email

    def verified_address(self) -> str | None:
        """The address whose mail this consumer may see, or None where they have not proved it to be theirs."""
        proved = EmailAddress.objects.filter(user=self, email=self.email, verified=True).exists()
        return self.email if proved and self.is_active else None

    def mark_verified(self) -> None:
        """Take the address as proved, on the word of an operator."""
        EmailAddress.objects.exclude(email=self.email).filter(user=self).delete()
        EmailAddress.objects.update_or_create(
            user=self, email=self.email, defaults={"verified": True, "primary": True}
        )


class Invitation(models.Model):
    """The way into an account that the operator made ready: its consumer is inactive until it is accepted.

    What the mail carries is kept as its hash alone. Sending it again makes a new one, and the old one worthless.
    """

    consumer = models.OneToOneField(Consumer, on_delete=models.CASCADE, related_name="invitation")
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    invited_by = models.CharField(_("invited by"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-sent_at",)

    def __str__(self) -> str:
        return self.consumer.email


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Reads, and adds. Django keeps to `_base_manager` for a consumer who goes, and so does `tidying.forget_old`."""

    def update(self, **fields: Any) -> int:
        raise TypeError("A line of the activity log is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A line of the activity log goes when its time is over, and not before.")


class Activity(models.Model):
    """One line of the activity log: the consumer's own, and the operator's audit log. Never changed, never mail.

    Written by `portal.accounts.audit.activity.record` alone. It outlives the account, so it keeps the address itself.
    """

    class Event(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
        SIGNED_OUT = "signed_out", _("Signed out")
        DEVICE_SIGNED_OUT = "device_signed_out", _("Device signed out")
        SESSION_MOVED = "session_moved", _("Session moved to another device")
        ACCOUNT_PREPARED = "account_prepared", _("Account prepared")
        ACCOUNT_OPENED = "account_opened", _("Account opened")
        ACCOUNT_CLOSED = "account_closed", _("Account closed")
        ADDRESS_CHANGED = "address_changed", _("E-mail address changed")
        ADDRESS_ASKED_FOR = "address_asked_for", _("New e-mail address asked for")
        ADDRESS_CODE_WRONG = "address_code_wrong", _("Wrong code for an e-mail address")
        NAME_CHANGED = "name_changed", _("Name changed")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        PASSWORD_RESET = "password_reset", _("Password set anew with a code")
        SECOND_STEP_ADDED = "second_step_added", _("Second step added")
        SECOND_STEP_REMOVED = "second_step_removed", _("Second step removed")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("Recovery codes made")
        COMPANY_SIGN_IN_LINKED = "company_sign_in_linked", _("Company sign-in linked")
        MESSAGE_OPENED = "message_opened", _("Message opened")
        MESSAGE_SENT = "message_sent", _("Message sent")
        MESSAGE_DELETED = "message_deleted", _("Message deleted")
        MESSAGE_PURGED = "message_purged", _("Message deleted for good")
        MESSAGE_WITHDRAWN = "message_withdrawn", _("Message withdrawn")
        EXPORTED = "exported", _("Exported")
        INVITED = "invited", _("Invited")
        INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
        DEACTIVATED = "deactivated", _("Account switched off")
        ACTIVATED = "activated", _("Account switched on")
        RIGHTS_GRANTED = "rights_granted", _("Rights granted")
        RIGHTS_TAKEN = "rights_taken", _("Rights taken")
        SETTINGS_CHANGED = "settings_changed", _("Settings changed")
        LOG_EXPORTED = "log_exported", _("Activity log exported")
        WEBSITE_CHECKED = "website_checked", _("Website checked")

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True, editable=False)
    event = models.CharField(_("what"), max_length=24, choices=Event, editable=False)
    consumer = models.ForeignKey(
        Consumer, null=True, on_delete=models.SET_NULL, related_name="activities", editable=False
    )
    address = models.CharField(_("account"), max_length=MAX_ADDRESS_LENGTH, blank=True, editable=False)
    by = models.CharField(
        _("by"), max_length=MAX_ADDRESS_LENGTH, blank=True, editable=False
    )  # The operator's address, or that it was a command.
    box = models.CharField(_("mailbox"), max_length=100, blank=True, editable=False)  # Its title.
    number = models.PositiveIntegerField(_("how many"), default=1, editable=False)
    detail = models.CharField(_("how"), max_length=300, blank=True, editable=False)
    device = models.CharField(_("device"), max_length=100, blank=True, editable=False)
    network = models.GenericIPAddressField(_("network address"), null=True, editable=False)
    request_id = models.CharField(_("request"), max_length=12, blank=True, editable=False)

    objects: ClassVar[models.Manager["Activity"]] = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity log")
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("consumer", "-at"), name="activity_of_consumer"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event} {self.address}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A line of the activity log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return type(self).objects.filter(pk=self.pk).delete()


class Company(models.Model):
    """Whose website hands customers over who are signed in there, on the word of its server's signed tokens."""

    name = models.CharField(_("name"), max_length=80)
    issuer = models.CharField(
        _("issuer"),
        max_length=200,
        unique=True,
        help_text=_("What its tokens say in “iss”, letter by letter."),
    )
    keys_url = models.CharField(
        _("address of its key set"),
        max_length=500,
        blank=True,
        validators=[validate_safe_url],
        help_text=_("Where its server publishes its public keys (JWKS), if it does. Else enter them below."),
    )

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError where single sign-on has this issuer: their people would be taken for each other."""
        if self.issuer and self.issuer == settings.PORTAL_OIDC_ISSUER:
            words = _(
                "Single sign-on has this one (PORTAL_OIDC_ISSUER). Let the website’s server use another."
            )
            raise ValidationError({"issuer": ValidationError(words, code="taken")})


class CompanyKey(models.Model):
    """A public key that a company's tokens are checked with: several at once, while one takes another's place."""

    class Algorithm(models.TextChoices):
        """Only those whose public key checks and cannot sign."""

        ES256 = "ES256", "ES256"
        RS256 = "RS256", "RS256"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="keys")
    key_id = models.CharField(
        _("key id"), max_length=200, help_text=_("What the head of its tokens says in “kid”.")
    )
    algorithm = models.CharField(_("algorithm"), max_length=5, choices=Algorithm, default=Algorithm.ES256)
    public_key = models.TextField(_("public key"), help_text=_("It begins with -----BEGIN PUBLIC KEY-----"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ("key_id",)
        constraints = (models.UniqueConstraint(fields=("company", "key_id"), name="key_of_company"),)

    def __str__(self) -> str:
        return self.key_id

    def clean(self) -> None:
        """Raises ValidationError where the key cannot be used with its algorithm."""
        if self.public_key:
            self.public_key = clean_public_key(self.public_key, self.algorithm)


class SpentToken(models.Model):
    """The mark of a token that was used. Its digest is unique here, so that a token opens one session, ever."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)  # From then on the token itself is too old.

    def __str__(self) -> str:
        return self.digest[:8]


class WindowCode(models.Model):
    """Carries a consumer once from a frame to a window of its own. The code itself is in that window's address."""

    digest = models.CharField(max_length=64, unique=True)
    consumer = models.ForeignKey(Consumer, on_delete=models.CASCADE, related_name="+")
    # That it comes from, and dies with. None: it comes from a token.
    session = models.ForeignKey(
        "usersessions.UserSession", null=True, on_delete=models.CASCADE, related_name="+"
    )
    next = models.CharField(max_length=2000)
    proofs = models.JSONField()  # How they proved who they are, as django-allauth's sessions keep it.
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]


class ConsumerRequest(HttpRequest):
    """For annotations: a request behind LoginRequiredMiddleware, whose user is a consumer."""

    user: Consumer
