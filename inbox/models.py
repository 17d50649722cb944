import uuid
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
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
    operation_key = models.CharField(
        _("userdata key for our own id"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"\A[A-Za-z][A-Za-z0-9_.-]*\Z", _("Letters, digits, dots, - and _."))],
        help_text=_(
            "Where the contact centre keeps it, a message is found again for certain. Empty: not sent."
        ),
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


class OutgoingMessage(models.Model):
    """What a consumer composes, from the first word that was kept until it is known to have arrived.

    Its state changes by conditional updates alone, all of them in `inbox.outgoing`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        QUEUED = "queued", _("waiting to be delivered")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        UNCONFIRMED = "unconfirmed", _("not confirmed")
        DISCARDED = "discarded", _("discarded")

    nonce = models.UUIDField(
        unique=True, editable=False
    )  # Of the form it was written in; its name in addresses.
    consumer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outgoing")
    # A box that somebody has words in is not deleted over their head.
    securebox = models.ForeignKey(Securebox, on_delete=models.PROTECT, related_name="outgoing")
    reply = models.CharField(
        max_length=200, blank=True
    )  # The reference of the message that this one answers.
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(
        default=1
    )  # Counts what was saved, so that no tab overwrites another.
    saved_by = models.CharField(max_length=32, blank=True)  # The page that saved it last ...
    saved_step = models.PositiveIntegerField(default=0)  # ... and which of that page's savings it was.
    sealed = models.TextField()
    told = models.BooleanField(default=True)  # Whether its writer has seen the state it is in.
    reason = models.CharField(max_length=16, blank=True)

    operation_id = models.UUIDField(
        default=uuid.uuid4, editable=False
    )  # As upstream is told, for each sending anew.
    claim = models.UUIDField(null=True, editable=False)  # Names the attempt under way, and then the last one.
    attempts = models.PositiveIntegerField(default=0)
    doubts = models.PositiveIntegerField(default=0)  # Attempts of which nobody knows whether they arrived.
    looks = models.PositiveIntegerField(default=0)  # How often it was looked for since.
    due_at = models.DateTimeField(null=True)  # When `deliver` has something to do with it.
    secure_mail_id = models.CharField(max_length=128, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True)
    tried_since = models.DateTimeField(null=True)  # Since when attempts are made, for as long as they are.
    claimed_at = models.DateTimeField(null=True)
    doubt_began_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # When it reached the state it is in.

    objects: ClassVar[models.Manager["OutgoingMessage"]] = models.Manager()

    class Meta:
        ordering = ("-saved_at",)
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = (
            models.Index(fields=("consumer", "state"), name="outgoing_of_consumer"),
            models.Index(fields=("state", "due_at"), name="outgoing_due"),
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
