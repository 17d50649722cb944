import uuid
from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox import reply_times
from inbox.connection_settings import connection_names
from inbox.extra_fields import (
    ExtraField as ExtraField,
)  # Here for Django, which looks for models in this module.
from portal.accounts.models import Consumer

MAX_ALIAS = 100  # Characters.
_CALENDAR_KEY: Final = "working_days"
_CALENDAR_SECONDS: Final = 60  # For so long a process may not know of a change to the holidays.


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
    def open_to(self, consumer: Consumer) -> "SecureboxQuerySet":
        """The secureboxes that this consumer may use, in the operator's order."""
        # A subquery, since a join would return a securebox once for each of its consumers.
        named = Securebox.consumers.through.objects.filter(consumer_id=consumer.pk).values("securebox_id")
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


class Holiday(models.Model):
    """A day on which the company does not work: reply times in working days leave it out."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_yearly = models.BooleanField(
        _("every year"), default=False, db_default=False, help_text=_("On the same day and month.")
    )

    class Meta:
        ordering = ("date",)
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    @classmethod
    def calendar(cls) -> reply_times.Calendar:
        """The company's working days. Each process reads the holidays once a minute at most."""
        calendar: reply_times.Calendar | None = caches["process"].get(_CALENDAR_KEY)
        if calendar is None:
            calendar = cls._read_calendar()
            caches["process"].set(_CALENDAR_KEY, calendar, _CALENDAR_SECONDS)
        return calendar

    @classmethod
    def _read_calendar(cls) -> reply_times.Calendar:
        weekdays = {reply_times.WEEKDAYS.index(day) for day in settings.PORTAL_WORKING_DAYS}
        days = dict(cls.objects.values_list("date", "is_yearly"))
        yearly = {(day.month, day.day) for day, is_yearly in days.items() if is_yearly}
        return reply_times.Calendar(frozenset(weekdays), frozenset(days), frozenset(yearly))


class OutgoingMessage(models.Model):
    """A message that a consumer writes, from the first saved draft until it is known to have arrived.

    `inbox.outgoing.transitions` alone changes its state. Some columns keep an older name than their attribute
    (`db_column`), so that processes of an earlier release can run on the same database.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        QUEUED = "queued", _("waiting to be delivered")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        UNCONFIRMED = "unconfirmed", _("not confirmed")
        DISCARDED = "discarded", _("discarded")

    # Identifies the message in URLs, and the compose token it was written with.
    nonce = models.UUIDField(unique=True, editable=False)
    consumer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outgoing")
    # Protected: deleting a securebox must not silently delete what consumers are writing to it.
    securebox = models.ForeignKey(Securebox, on_delete=models.PROTECT, related_name="outgoing")
    # The reference of the message that this one answers.
    reply = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # Counts the saves, so that no tab overwrites what another tab saved.
    version = models.PositiveIntegerField(default=1)
    # The editor tab that saved last, and the sequence number of that save within the tab.
    saved_by_tab = models.CharField(max_length=32, blank=True, db_column="saved_by")
    saved_seq = models.PositiveIntegerField(default=0, db_column="saved_step")
    encrypted_content = models.TextField(db_column="sealed")
    # Whether the consumer has seen the current state.
    seen = models.BooleanField(default=True, db_column="told")
    reason = models.CharField(max_length=16, blank=True)

    # Sent along to the API; a new one each time the message is queued.
    operation_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # Identifies the current attempt, or else the last one.
    claim = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0)
    # What the log has as the id of the request, or of the round of `manage.py deliver`, that tried it last or looked it
    # up last.
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # Attempts of which we don't know whether the message arrived.
    unconfirmed_attempts = models.PositiveIntegerField("doubts", default=0, db_column="doubts")
    # Lookups upstream since the message became unconfirmed.
    lookup_count = models.PositiveIntegerField("looks", default=0, db_column="looks")
    # Since when it could not be looked up, because the API does not answer.
    unanswered_since = models.DateTimeField(null=True)
    # When `manage.py deliver` has something to do with it.
    due_at = models.DateTimeField(null=True)
    secure_mail_id = models.CharField(max_length=128, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True)
    # Start of the current series of attempts; the series is given up after PORTAL_DELIVER_HOURS.
    tried_since = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    unconfirmed_since = models.DateTimeField(null=True, db_column="doubt_began_at")
    # When it reached its current state.
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["OutgoingMessage"]] = models.Manager()

    class Meta:
        ordering = ("-saved_at",)
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = (
            models.Index(fields=("consumer", "state"), name="outgoing_of_consumer"),
            models.Index(fields=("state", "due_at"), name="outgoing_due"),
            # What is old enough to be deleted, and the order of the admin's list.
            models.Index(fields=("saved_at",), name="outgoing_saved"),
            # Which row an operation id that the API lists belongs to.
            models.Index(fields=("operation_id",), name="outgoing_operation"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("securebox", "secure_mail_id"),
                condition=~models.Q(secure_mail_id=""),
                name="one_row_for_each_mail",
            ),
        )

    def __str__(self) -> str:
        return str(self.nonce)


class WithdrawnMessage(models.Model):
    """A message that its writer withdrew: from the API it cannot be told from one that an agent has read."""

    consumer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="withdrawn")
    # Keyed, of the message's id and its box: a copy of the database names no message.
    message_hash = models.CharField(max_length=64, editable=False)
    withdrawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("withdrawn message")
        verbose_name_plural = _("withdrawn messages")
        indexes = (models.Index(fields=("withdrawn_at",), name="withdrawn_at"),)
        constraints = (
            models.UniqueConstraint(fields=("consumer", "message_hash"), name="one_row_for_each_withdrawn"),
        )

    def __str__(self) -> str:
        return self.message_hash[:8]


class SendingMark(models.Model):
    """The only row counts the attempts to send: `inbox.outgoing.sending_mark` recognises a restored database by it."""

    # Distinguishes installations that share a cache.
    installation = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.PositiveBigIntegerField(default=0)
    # Since when nothing is sent, because the database was found to be older than the last sending.
    stopped_at = models.DateTimeField(null=True)
    # What was queued or written before this moment may have been sent before the database was restored.
    restored_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.number)
