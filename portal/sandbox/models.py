"""What the contact centre stores: contacts, and the secure emails exchanged with them."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils import timezone

from portal.sandbox.html_to_text import html_to_text


class Contact(models.Model):
    """A consumer that the contact centre knows. They stay known after their last message is purged."""

    # In lower case: addresses are compared without regard to case.
    address = models.CharField(max_length=254, unique=True)
    first_name = models.TextField(blank=True)
    last_name = models.TextField(blank=True)

    objects: ClassVar[models.Manager["Contact"]] = models.Manager()

    class Meta:
        app_label = "sandbox"

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Message(models.Model):
    """One secure email in one securebox of one contact."""

    class Direction(models.TextChoices):
        INBOUND = "inbound", "from the consumer"
        OUTBOUND = "outbound", "to the consumer"

    class Status(models.TextChoices):
        UNREAD = "unread", "unread"
        READ = "read", "read"

    class Routing(models.TextChoices):
        """How far an inbound message has got on its way to an agent. Outbound messages are not routed."""

        NONE = "none", "not routed"
        WAITING = "waiting", "waiting"
        WITH_AGENT = "with_agent", "with an agent"
        ANSWERED = "answered", "answered"
        STOPPED = "stopped", "stopped"

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="messages")
    securebox = models.CharField(max_length=16, blank=True)
    direction = models.CharField(max_length=8, choices=Direction)
    status = models.CharField(max_length=6, choices=Status, default=Status.UNREAD)
    routing = models.CharField(max_length=10, choices=Routing, default=Routing.NONE)
    deleted = models.BooleanField(default=False)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    from_name = models.TextField(blank=True)
    date = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(auto_now_add=True)
    visible_at = models.DateTimeField(null=True, blank=True)  # Set by the fault `late`. Null means at once.
    thread_id = models.UUIDField(default=uuid4)
    parent_id = models.UUIDField(
        null=True, blank=True
    )  # Not a foreign key: the answer to a purged message stays.
    operation_id = models.JSONField(null=True, blank=True)
    userdata = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        app_label = "sandbox"
        ordering = ("-date", "-id")
        indexes = [
            models.Index(fields=["contact", "securebox", "deleted", "-date"], name="message_list"),
            models.Index(fields=["routing", "date"], name="message_queue"),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.uuid)

    @property
    def readable_text(self) -> str:
        """For people: of a message that is only HTML, a text that is made of it."""
        return self.text or html_to_text(self.html)
