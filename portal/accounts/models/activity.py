from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.consumer import Consumer
from portal.accounts.validators import MAX_ADDRESS_LENGTH


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Can be read and added to, not updated or deleted.

    Three things bypass it through `_base_manager`: Django, which sets `consumer` to NULL when an account is deleted,
    `cleanup.delete_old_activity`, and `personal_data.erasure`, after which a line no longer names its person.
    """

    def update(self, **fields: Any) -> int:
        raise TypeError("A line of the activity log is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A line of the activity log goes when its time is over, and not before.")


class Activity(models.Model):
    """One line of the activity log, which consumers see as their activity and operators as the audit log.

    It is never changed and never holds mail. Only `portal.accounts.audit.activity` writes it. A line outlives its
    account, so it keeps the address itself.
    """

    class Event(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
        SIGNED_OUT = "signed_out", _("Signed out")
        DEVICE_SIGNED_OUT = "device_signed_out", _("Device signed out")
        SESSION_MOVED = "session_moved", _("Session moved to another device")
        ACCOUNT_PREPARED = "account_prepared", _("Account prepared")
        ACCOUNT_OPENED = "account_opened", _("Account opened")
        ACCOUNT_CLOSED = "account_closed", _("Account closed")
        ADDRESS_CHANGED = "address_changed", _("Email address changed")
        ADDRESS_ASKED_FOR = "address_asked_for", _("New email address requested")
        ADDRESS_CODE_WRONG = "address_code_wrong", _("Wrong code for an email address")
        NAME_CHANGED = "name_changed", _("Name changed")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        PASSWORD_RESET = "password_reset", _("Password reset with a code")
        SECOND_STEP_ADDED = "second_step_added", _("Two-step verification added")
        SECOND_STEP_REMOVED = "second_step_removed", _("Two-step verification removed")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("Recovery codes created")
        COMPANY_SIGN_IN_LINKED = "company_sign_in_linked", _("Customer account linked")
        MESSAGE_OPENED = "message_opened", _("Message opened")
        MESSAGE_SENT = "message_sent", _("Message sent")
        MESSAGE_DELETED = "message_deleted", _("Message deleted")
        MESSAGE_PURGED = "message_purged", _("Message deleted for good")
        MESSAGE_WITHDRAWN = "message_withdrawn", _("Message withdrawn")
        EXPORTED = "exported", _("Downloaded")
        INVITED = "invited", _("Invited")
        INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
        DEACTIVATED = "deactivated", _("Account switched off")
        ACTIVATED = "activated", _("Account switched on")
        RIGHTS_GRANTED = "rights_granted", _("Rights granted")
        RIGHTS_TAKEN = "rights_taken", _("Rights removed")
        SETTINGS_CHANGED = "settings_changed", _("Settings changed")
        LOG_EXPORTED = "log_exported", _("Activity log downloaded")
        WEBSITE_CHECKED = "website_checked", _("Website checked")
        SECUREMAIL_CHECKED = "securemail_checked", _("Connection of a department checked")
        SUPPORT_VIEWED = "support_viewed", _("Account viewed for support")

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True, editable=False)
    event = models.CharField(_("what"), max_length=24, choices=Event, editable=False)
    consumer = models.ForeignKey(
        Consumer, null=True, on_delete=models.SET_NULL, related_name="activities", editable=False
    )
    address = models.CharField(_("account"), max_length=MAX_ADDRESS_LENGTH, blank=True, editable=False)
    by = models.CharField(
        _("by"), max_length=MAX_ADDRESS_LENGTH, blank=True, editable=False
    )  # The operator's address, or that it was a command.
    box = models.CharField(_("department"), max_length=100, blank=True, editable=False)  # Its title.
    number = models.PositiveIntegerField(_("how many"), default=1, editable=False)
    detail = models.CharField(_("how"), max_length=300, blank=True, editable=False)
    device = models.CharField(_("device"), max_length=100, blank=True, editable=False)
    network = models.GenericIPAddressField(_("network address"), null=True, editable=False)
    request_id = models.CharField(_("request"), max_length=64, blank=True, editable=False)

    objects: ClassVar[models.Manager["Activity"]] = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity log")
        ordering = ("-at", "-pk")
        # Pattern operators let an index find how a text begins, in any collation. Operators search so: see the admin.
        # A migration adds two for PostgreSQL alone, for `box` and `detail` in any case of letters.
        indexes = (
            models.Index(fields=("consumer", "-at"), name="activity_of_consumer"),
            models.Index(fields=("event", "-at"), name="activity_of_event"),
            models.Index(fields=("address",), name="activity_address", opclasses=("varchar_pattern_ops",)),
            models.Index(fields=("by",), name="activity_by", opclasses=("varchar_pattern_ops",)),
            models.Index(fields=("request_id",), name="activity_request"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event} {self.address}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A line of the activity log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return type(self).objects.filter(pk=self.pk).delete()
