from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
