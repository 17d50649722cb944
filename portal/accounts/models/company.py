from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.federation.handoff.key_validation import clean_public_key
from portal.accounts.validators import validate_safe_url


class Company(models.Model):
    """A company whose website hands over its signed-in customers. Its server vouches for them with signed tokens."""

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
        """Raises ValidationError if single sign-on uses this issuer.

        An account is found by issuer and subject, so the two would open each other's accounts.
        """
        if self.issuer and self.issuer == settings.PORTAL_OIDC_ISSUER:
            words = _(
                "Single sign-on has this one (PORTAL_OIDC_ISSUER). Let the website’s server use another."
            )
            raise ValidationError({"issuer": ValidationError(words, code="taken")})


class CompanyKey(models.Model):
    """A public key that a company's tokens are verified with. It has several while it replaces one by another."""

    class Algorithm(models.TextChoices):
        """Only asymmetric ones: with a symmetric one, everyone who can verify a token can also sign one."""

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
        """Raises ValidationError if the key cannot be used with its algorithm."""
        if self.public_key:
            self.public_key = clean_public_key(self.public_key, self.algorithm)
