from typing import ClassVar

from django.db import models
from django.utils import timezone

from portal.accounts.models.invitation import Invitation


class PortalMail(models.Model):
    """A mail of the portal's own that the mail server has not taken yet. `portal.accounts.emails` writes and sends it.

    It never holds secure mail. Address and content are encrypted; the hashes of them are keyed, so that nobody who
    reads the table can try addresses. The row goes when the mail is sent, refused, replaced or expired.
    """

    class Kind(models.TextChoices):
        """In the order in which they are sent: people wait for a code in front of a page."""

        CODE = "code"
        NOTICE = "notice"
        INVITATION = "invitation"
        DECOY = (
            "decoy"  # Never sent: written for an address without an account, so that the same work is done.
        )

    kind = models.CharField(max_length=10, choices=Kind)
    recipient = models.CharField(max_length=64, db_index=True)  # A hash of the address.
    # A hash of what it is about and for which browser; empty if a later mail makes this one no less useful.
    topic = models.CharField(max_length=64, blank=True, db_index=True)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE, related_name="mails")
    encrypted_content = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    # When to try next. A process that tries moves it on first, and so keeps the others away meanwhile.
    due_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=("kind", "due_at"), name="mail_due"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
