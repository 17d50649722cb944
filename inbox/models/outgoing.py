import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.securebox import Securebox

# The longest period of the limits on sending.
LIMITED: Final = timedelta(days=1)


class OutgoingRows(models.QuerySet["OutgoingMessage"]):
    def current(self, since: datetime | models.Value) -> "OutgoingRows":
        """What pages show, or count for the limits from `since` on: not settled, or not seen, or sent since then."""
        state = OutgoingMessage.State
        open_states = (state.DRAFT, state.QUEUED, state.SENDING, state.FAILED, state.UNCONFIRMED)
        is_recent = models.Q(tried_since__gt=since)
        return self.filter(models.Q(state__in=open_states) | models.Q(seen=False) | is_recent)

    def sent_answers(self) -> "OutgoingRows":
        return self.filter(state=OutgoingMessage.State.SENT, reply__gt="")


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

    objects = OutgoingRows.as_manager()

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
