from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Consumer


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def validate_details(text: str) -> None:
    """Each line is `key = label`, as the admin's help text says."""
    for line in _lines(text):
        key, _equals, label = line.partition("=")
        if not key.strip() or not label.strip():
            raise ValidationError(_("Write each line as: key = label."), code="invalid")


class SecureboxQuerySet(models.QuerySet["Securebox"]):
    def open_to(self, consumer: Consumer) -> "SecureboxQuerySet":
        """The boxes that this consumer may use, in the operator's order."""
        # A subquery, not a join: a join would list a box once for each of its consumers.
        named = Securebox.consumers.through.objects.filter(consumer_id=consumer.pk).values("securebox_id")
        return self.filter(models.Q(open_to_all=True) | models.Q(pk__in=named))


class Securebox(models.Model):
    """A department's mailbox as the operator set it up. The mail itself stays with the contact centre."""

    slug = models.SlugField(
        _("address part"), max_length=40, unique=True, help_text=_("As in /inbox/claims/.")
    )
    name = models.CharField(
        _("API name"),
        max_length=16,
        unique=True,
        blank=True,
        validators=[
            RegexValidator(r"\A(?:[A-Za-z0-9]{3,16})?\Z", _("3 to 16 of A-Z, a-z and 0-9, or empty."))
        ],
        help_text=_("The contact centre's own name for it. Empty: its default box."),
    )
    title = models.CharField(_("title"), max_length=80)
    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    reply_time = models.CharField(
        _("usual reply time"), max_length=80, blank=True, help_text=_("As in: within 2 working days.")
    )
    disclaimer = models.TextField(_("note at compose"), max_length=1000, blank=True)
    preset_subjects = models.TextField(
        _("preset subjects"), blank=True, help_text=_("One a line. Empty: people write their own.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    accepts_messages = models.BooleanField(_("open for new messages"), default=True)
    open_to_all = models.BooleanField(_("open to all consumers"), default=True)
    consumers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, verbose_name=_("consumers"), related_name="secureboxes"
    )
    allows_delete = models.BooleanField(_("people may delete"), default=True)
    allows_purge = models.BooleanField(
        _("people may delete for good"), default=False, help_text=_("Destroys the company's copy too.")
    )
    allows_withdraw = models.BooleanField(
        _("people may withdraw"),
        default=False,
        help_text=_("Takes their own message from the agents' queue."),
    )
    shown_details = models.TextField(
        _("shown userdata"),
        blank=True,
        validators=[validate_details],
        help_text=_("A line each: key = label."),
    )

    objects = SecureboxQuerySet.as_manager()

    class Meta:
        ordering = ("position", "title")
        verbose_name = _("securebox")
        verbose_name_plural = _("secureboxes")

    def __str__(self) -> str:
        return self.title

    @property
    def subjects(self) -> tuple[str, ...]:
        return _lines(self.preset_subjects)

    @property
    def detail_labels(self) -> dict[str, str]:
        """The userdata keys that are shown here, each with the label it is shown under."""
        pairs = (line.partition("=") for line in _lines(self.shown_details))
        return {key.strip(): label.strip() for key, _equals, label in pairs}
