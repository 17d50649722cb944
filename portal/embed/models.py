from contextlib import suppress
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.embed.brand import Brand
from portal.embed.origins import clean_origin


def validate_origin(text: str) -> None:
    """A field validator: raises ValidationError. `Website.clean` and `save` store the cleaned form."""
    clean_origin(text)


class WebsiteManager(models.Manager["Website"]):
    def get_queryset(self) -> models.QuerySet["Website"]:
        """Without the logo, which is read only where it is sent."""
        return super().get_queryset().defer("logo")

    def for_origin(self, origin: str) -> "Website | None":
        """The website with exactly this origin, or None if it may not show the portal.

        The admin's settings for an origin win over PORTAL_EMBED_ORIGINS, which makes an unsaved website.
        """
        website = self.select_related("company").filter(origin=origin).first()
        if website is None and origin in settings.PORTAL_EMBED_ORIGINS:
            return self.model(name=origin.partition("://")[2], origin=origin)
        return website


class Website(Brand):
    """A website that may show the portal in a frame, and what it may show and do there."""

    class SignIn(models.TextChoices):
        HERE = "here", _("inside the frame, or by hand-off")
        HAND_OFF = "hand_off", _("by hand-off alone")

    name = models.CharField(_("name"), max_length=80)
    origin = models.CharField(
        _("origin"),
        max_length=255,
        unique=True,
        validators=[validate_origin],
        help_text=_("As in https://www.example.com: exactly this scheme, host and port, and no other."),
    )
    # A field of its own: if "no securebox chosen" meant all, deleting the last chosen box would show every box.
    shows_all = models.BooleanField(
        _("all secureboxes"), default=True, help_text=_("All that the consumer may use are shown there.")
    )
    secureboxes = models.ManyToManyField(
        "inbox.Securebox",
        blank=True,
        verbose_name=_("secureboxes"),
        help_text=_("Those that are shown there, if not all of them."),
    )
    sign_in = models.CharField(_("signing in"), max_length=8, choices=SignIn, default=SignIn.HERE)
    company = models.ForeignKey(
        "accounts.Company",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("hand-off by"),
        help_text=_("Whose server may vouch for the people who are signed in there. Empty: nobody’s."),
    )

    objects: ClassVar[WebsiteManager] = WebsiteManager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("website")
        verbose_name_plural = _("websites")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.origin = clean_origin(self.origin)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Passed through unchanged.

    def clean(self) -> None:
        """Clean the origin before the form checks that it is unique. An invalid one is reported by its validator."""
        with suppress(ValidationError):
            self.origin = clean_origin(self.origin)
        super().clean()

    @property
    def allows_sign_in(self) -> bool:
        """Whether users may sign in inside the frame, with a password or a code for instance."""
        return self.sign_in == self.SignIn.HERE

    def shown_slugs(self) -> frozenset[str] | None:
        """The slugs of the secureboxes that are shown there; None stands for all."""
        return None if self.shows_all else frozenset(self.secureboxes.values_list("slug", flat=True))
