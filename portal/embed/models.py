from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.embed.origins import clean_origin


def validate_origin(text: str) -> None:
    """For the admin's form, which cleans what it saves."""
    clean_origin(text)


class Website(models.Model):
    """A website that may show the portal in a frame, and what may be done there."""

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
    # Said by itself: a website whose last chosen box is deleted shows none, and not all of them.
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
        help_text=_("Whose server may vouch for the people who are signed in there. Empty: nobody's."),
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("website")
        verbose_name_plural = _("websites")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.origin = clean_origin(self.origin)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Handed on as they come.

    def clean(self) -> None:
        """Before the form looks whether there is another with this origin. What is none, its validator has said."""
        with suppress(ValidationError):
            self.origin = clean_origin(self.origin)

    @property
    def lets_sign_in(self) -> bool:
        return self.sign_in == self.SignIn.HERE

    def shown_slugs(self) -> frozenset[str] | None:
        """The boxes that are shown there; None stands for all."""
        return None if self.shows_all else frozenset(self.secureboxes.values_list("slug", flat=True))
