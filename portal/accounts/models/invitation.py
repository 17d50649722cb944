from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.consumer import Consumer
from portal.accounts.validators import MAX_ADDRESS_LENGTH


class Invitation(models.Model):
    """An account that an operator prepared. Its consumer is inactive until they accept the mailed invitation.

    The mail carries a token; only its hash is stored. Inviting again replaces the token, so the earlier mail no
    longer works.
    """

    consumer = models.OneToOneField(Consumer, on_delete=models.CASCADE, related_name="invitation")
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    invited_by = models.CharField(_("invited by"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-sent_at",)
        indexes = (
            models.Index(fields=("sent_at",), name="invitation_sent"),
            models.Index(fields=("invited_by",), name="invitation_by"),
            models.Index(
                fields=("consumer",), name="invitation_pending", condition=models.Q(accepted_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.consumer.email
