from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox import reply_times
from inbox.connection_settings import connection_names
from inbox.models.holiday import Holiday

MAX_ALIAS: Final = 100  # Characters.


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def validate_details(text: str) -> None:
    """Raises ValidationError unless each line is `key = label`."""
    for line in _lines(text):
        key, _equals, label = line.partition("=")
        if not key.strip() or not label.strip():
            raise ValidationError(_("Write each line as: key = label."), code="invalid")


def validate_aliases(text: str) -> None:
    """Raises ValidationError if a line is too long for a name."""
    if any(len(line) > MAX_ALIAS for line in _lines(text)):
        message = _("Write one name a line, of at most %(most)d characters.")
        raise ValidationError(message, code="invalid", params={"most": MAX_ALIAS})


class SecureboxQuerySet(models.QuerySet["Securebox"]):
    def open_to(self, consumer_id: int | models.Value) -> "SecureboxQuerySet":
        """The secureboxes that this consumer may use, in the operator's order."""
        # A subquery, since a join would return a securebox once for each of its consumers.
        named = Securebox.consumers.through.objects.filter(consumer_id=consumer_id).values("securebox_id")
        return self.filter(models.Q(open_to_all=True) | models.Q(pk__in=named))


class Securebox(models.Model):
    """A department's mailbox as the operator set it up. Its messages stay with the contact centre."""

    slug = models.SlugField(
        _("address part"), max_length=40, unique=True, help_text=_("As in /inbox/claims/.")
    )
    name = models.CharField(
        _("API name"),
        max_length=16,
        blank=True,
        validators=[
            RegexValidator(r"\A(?:[A-Za-z0-9]{3,16})?\Z", _("3 to 16 of A-Z, a-z and 0-9, or empty."))
        ],
        help_text=_("The contact centre’s own name for it. Empty: its default box."),
    )
    connection = models.CharField(
        _("connection"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "The name in SECUREMAIL_CONNECTIONS of the API that has this box. Empty: the one that all others use."
        ),
    )
    aliases = models.TextField(
        _("other names"),
        blank=True,
        default="",
        db_default="",
        validators=[validate_aliases],
        help_text=_(
            "Only if the contact centre’s answers name this box in another way, such as by its title or in other"
            " letters: then nothing is shown until you list it here. One a line; letter case does not matter."
        ),
    )
    title = models.CharField(_("title"), max_length=80)
    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    reply_hours = models.PositiveSmallIntegerField(
        _("answered within hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(reply_times.MAX_HOURS)],
        help_text=_("They count around the clock, at weekends and on holidays too."),
    )
    reply_working_days = models.PositiveSmallIntegerField(
        _("answered within working days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(reply_times.MAX_WORKING_DAYS)],
        help_text=_("They count from the day after the message, without holidays. Instead of hours."),
    )
    reply_time = models.CharField(
        _("usual reply time in words"),
        max_length=80,
        blank=True,
        help_text=_("If neither number says it. Shown after “Usual reply time:”, as in: within two days."),
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
        _("people may delete for good"), default=False, help_text=_("Deletes our copy too.")
    )
    allows_withdraw = models.BooleanField(
        _("people may withdraw"),
        default=False,
        help_text=_("Takes their own message out of our team’s queue."),
    )
    operation_key = models.CharField(
        _("userdata key for our own id"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"\A[A-Za-z][A-Za-z0-9_.-]*\Z", _("Letters, digits, dots, - and _."))],
        help_text=_(
            "Where the contact centre keeps it, a message is found again for certain. Empty: not sent."
        ),
    )
    attachment_hint = models.CharField(
        _("how people get files"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Shown with a message that came with files, which cannot be opened here."),
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
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "name"),
                name="one_securebox_for_each_name",
                violation_error_message=_("Another securebox has this API name."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.connection and self.connection not in connection_names():
            # Not about the field: the list in the admin, where positions are changed, does not have it.
            message = _("SECUREMAIL_CONNECTIONS has no connection “%(name)s”.")
            raise ValidationError(message, code="unknown", params={"name": self.connection})
        if self.reply_hours and self.reply_working_days:
            raise ValidationError(
                _("Give the reply time in hours or in working days, not both."), code="both"
            )
        self._check_names()

    def _check_names(self) -> None:
        """A name in an answer must stand for one securebox: else one box would show the messages of another."""
        aliases = {name.casefold() for name in self.alias_names}
        for other in Securebox.objects.filter(connection=self.connection).exclude(pk=self.pk):
            others = {name.casefold() for name in other.alias_names}
            # Two API names may differ in letter case alone, if one of the boxes has no such alias.
            if aliases & (others | {other.name.casefold()}) or self.name.casefold() in others:
                message = _("%(title)s already goes by one of these names.")
                raise ValidationError(message, code="taken", params={"title": other.title})

    @property
    def full_name(self) -> str:
        """The API's name of the box, with the connection if it has its own: another tenant may have the same name.

        Message ids, counts and outages belong to a box of this name. It is part of signatures: do not change its form.
        """
        return f"{self.name}@{self.connection}" if self.connection else self.name

    @property
    def alias_names(self) -> tuple[str, ...]:
        return _lines(self.aliases)

    def reply_by(self, moment: datetime) -> datetime | None:
        """When a message that was sent at this moment is usually answered.

        After working days, the last second of the day in TIME_ZONE. None if the operator gave no number. No query but
        for the holidays, once a minute.
        """
        if self.reply_hours:
            return reply_times.after_hours(moment, self.reply_hours)
        if self.reply_working_days:
            calendar, zone = Holiday.calendar(), timezone.get_default_timezone()
            return reply_times.after_working_days(moment, self.reply_working_days, calendar, zone)
        return None

    @property
    def subjects(self) -> tuple[str, ...]:
        return _lines(self.preset_subjects)

    @property
    def detail_labels(self) -> dict[str, str]:
        """The userdata keys that are shown, with their labels."""
        pairs = (line.partition("=") for line in _lines(self.shown_details))
        return {key.strip(): label.strip() for key, _equals, label in pairs}
