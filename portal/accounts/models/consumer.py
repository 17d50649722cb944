from datetime import tzinfo
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import time_zones
from portal.accounts.validators import MAX_ADDRESS_LENGTH, normalise_address, validate_address


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
        _("email address"), max_length=MAX_ADDRESS_LENGTH, unique=True, validators=[validate_address]
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    is_staff = models.BooleanField(_("operator"), default=False, help_text=_("May use the admin pages."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("May sign in."))
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    prefers_plain_text = models.BooleanField(
        _("plain text"),
        default=False,
        db_default=False,
        help_text=_("Opens messages without their formatting."),
    )
    # Names of zones; empty if none was chosen, or no browser has told one. See `zone`.
    time_zone = models.CharField(
        _("time zone"), max_length=time_zones.MAX_NAME, blank=True, default="", db_default=""
    )
    device_time_zone = models.CharField(
        _("time zone of the device"), max_length=time_zones.MAX_NAME, blank=True, default="", db_default=""
    )
    uses_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True, db_default=True)

    objects: ClassVar[ConsumerManager] = ConsumerManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("consumer")
        verbose_name_plural = _("consumers")
        permissions = (("support_consumer", "Can see what support needs to know of a consumer"),)
        # The few accounts that the admin's filters and `manage.py tidy` look for. A migration adds two for PostgreSQL
        # alone, for how names begin.
        indexes = (
            models.Index(
                fields=("email", "id"), name="consumer_inactive", condition=models.Q(is_active=False)
            ),
            models.Index(fields=("email",), name="consumer_operator", condition=models.Q(is_staff=True)),
            models.Index(
                fields=("email", "id"),
                name="consumer_never_here",
                condition=models.Q(is_active=True, last_login=None),
            ),
            models.Index(
                fields=("date_joined",),
                name="consumer_without_name",
                condition=models.Q(first_name="", last_name="", last_login=None),
            ),
        )

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_address(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.last_name or self.email

    @property
    def zone(self) -> tzinfo:
        """In which they see dates: the one that they chose, else their device's, else the portal's."""
        known = (time_zones.find(name) for name in (self.time_zone, self.device_time_zone) if name)
        return next((zone for zone in known if zone), timezone.get_default_timezone())

    def verified_address(self) -> str | None:
        """The address of the mail that this consumer may see. None if it is unverified or the account inactive."""
        proved = self.proofs(self.pk, self.email).exists()
        return self.email if proved and self.is_active else None

    @staticmethod
    def proofs(consumer_id: int | models.Value, email: str | models.Value) -> "models.QuerySet[EmailAddress]":
        """What proves that this address is theirs: for a condition in a query of something else, too."""
        proofs: models.QuerySet[EmailAddress] = EmailAddress.objects.filter(
            user_id=consumer_id, email=email, verified=True
        )
        return proofs

    def mark_verified(self) -> None:
        """Make the current address the only one, and verified, because an operator vouches for it."""
        EmailAddress.objects.exclude(email=self.email).filter(user=self).delete()
        EmailAddress.objects.update_or_create(
            user=self, email=self.email, defaults={"verified": True, "primary": True}
        )


class ConsumerRequest(HttpRequest):
    """For annotations: a request behind LoginRequiredMiddleware, whose user is a consumer."""

    user: Consumer
