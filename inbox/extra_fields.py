"""What a securebox asks for beside the text, such as a policy number. It is sent in the userdata of the message."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox import patterns
from inbox.gateway import get_dialect

MAX_FIELDS = 20  # Of one securebox.


def validate_pattern(pattern: str) -> None:
    """Raises ValidationError unless the pattern is one of `inbox.patterns`."""
    try:
        patterns.check(pattern)
    except patterns.SlowPattern:
        message = _(
            "Comparing this could take too long. Say how many characters, as in {2,10}, in place of + or *."
        )
        raise ValidationError(message, code="slow") from None
    except patterns.BadPattern:
        message = _(
            "Use characters, classes such as [A-Z] and \\d, each with a count such as {6} or {2,10}, and | between"
            " alternatives. Leave out groups, ^ and $: the pattern always stands for all that is typed."
        )
        raise ValidationError(message, code="invalid") from None


class ExtraField(models.Model):
    """A field of the compose form of one securebox."""

    securebox = models.ForeignKey("inbox.Securebox", on_delete=models.CASCADE, related_name="extra_fields")
    key = models.CharField(
        _("userdata key"),
        max_length=64,
        validators=[RegexValidator(r"\A[A-Za-z][A-Za-z0-9_.-]*\Z", _("Letters, digits, dots, - and _."))],
        help_text=_("The contact centre’s own name for it, as in PolicyNumber."),
    )
    label = models.CharField(_("label"), max_length=80, help_text=_("As in: Policy number."))
    help_text = models.CharField(
        _("hint"), max_length=200, blank=True, help_text=_("As in: It is at the top of every letter from us.")
    )
    pattern = models.CharField(
        _("pattern"),
        max_length=200,
        blank=True,
        validators=[validate_pattern],
        help_text=_("As in [A-Z]{2}[0-9]{6}. Empty: anything is accepted."),
    )
    pattern_hint = models.CharField(
        _("how it should look"),
        max_length=200,
        blank=True,
        help_text=_("Shown where the pattern does not match, as in: It has two letters and six digits."),
    )
    required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("field of the compose form")
        verbose_name_plural = _("fields of the compose form")
        constraints = (
            models.UniqueConstraint(
                fields=("securebox", "key"),
                name="one_field_for_each_key",
                violation_error_message=_("Another field has this key."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """What people type must neither replace what the portal sends by itself, nor be left out."""
        dialect = get_dialect()
        if not dialect.compose_fields["user_data"]:
            message = _(
                "SECUREMAIL_COMPOSE_FIELDS leaves out the userdata, so what people type would not be sent."
            )
            raise ValidationError(message, code="not_sent")
        if self.key in {self.securebox.operation_key, *dialect.userdata_constants}:
            message = _("The portal itself sends something under the key %(key)s.")
            raise ValidationError(message, code="taken", params={"key": self.key})
