"""Keeping what is typed: saved again and again, and never over what another window saved."""

import uuid
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing.compose_token import BadForm, Form
from inbox.outgoing.content import Content, adds_to, seal
from portal.accounts.models import Consumer

State = OutgoingMessage.State

MOST = 50  # Drafts that a consumer may have at a time.
LONGEST_NAME = 32  # Characters in the name of a page.
LONGEST = 100_000  # Characters in a draft: far more than can be sent, so that a pasted text is not lost.


class Conflict(Exception):
    """Another window saved the draft since this one saw it; `current` is what it saved."""

    def __init__(self, current: OutgoingMessage) -> None:
        super().__init__()
        self.current = current


class NoDraft(Exception):
    """The message is no draft any more: it was sent, or thrown away."""

    def __init__(self, current: OutgoingMessage) -> None:
        super().__init__()
        self.current = current


class TooMuch(Exception):
    """What was typed cannot be kept."""


class TooMany(TooMuch):
    """The consumer has as many drafts as they may have."""


class TooLong(TooMuch):
    """The draft is beyond all measure."""


@dataclass(frozen=True)
class Page:
    """The open page that saves: which version it has seen, its own name, and the number of this saving.

    What this very page saved last it may replace without having been told its version: an answer may be lost. But not
    with an earlier saving that took longer on its way.
    """

    version: int = 0
    name: str = ""
    step: int = 0

    def as_fields(self) -> dict[str, object]:
        return {"saved_at": timezone.now(), "saved_by_tab": self.name, "saved_seq": self.step}


def save(form: Form, securebox: Securebox, content: Content, page: Page) -> OutgoingMessage:
    """Keep what was typed. Raises Conflict, NoDraft, TooMuch and BadForm, and then nothing has changed."""
    if len(content.subject) + len(content.text) + len(content.quote) > LONGEST:
        raise TooLong
    fields = {"encrypted_content": seal(content, form.consumer_id, form.nonce), **page.as_fields()}
    if changed := replace_draft(form, page, fields):
        return changed
    if OutgoingMessage.objects.filter(consumer=form.consumer_id, state=State.DRAFT).count() >= MOST:
        raise TooMany
    return create(form, securebox, fields)


def keep_for_owner(form: Form, content: Content, page: Page) -> OutgoingMessage:
    """Keep what comes back when its writer is not signed in, so that nobody can be asked.

    It replaces what this very page saved, and nothing else: whoever holds a page's text must not be able to put words
    into a draft that its writer goes on with. Where another window was faster, it is a draft of its own, one for each
    page; so too where the message was sent or thrown away with another text. With this one, it is not kept. Raises
    TooMuch, and BadForm where the account or the box is no more, or the password has changed since.
    """
    securebox = Securebox.objects.filter(slug=form.slug).first()
    consumer = Consumer.objects.filter(pk=form.consumer_id, is_active=True).first()
    if securebox is None or consumer is None or not form.is_locked_by(consumer):
        raise BadForm
    try:
        return save(form, securebox, content, replace(page, version=0))
    except Conflict:
        pass
    except NoDraft as over:
        if not adds_to(content, over.current):
            return over.current
    beside = uuid.uuid5(form.nonce, page.name) if page.name else uuid.uuid4()
    # What this page left beside it before may have been changed or sent as well.
    return keep_for_owner(replace(form, nonce=beside), content, page)


def replace_draft(form: Form, page: Page, fields: dict[str, object]) -> OutgoingMessage | None:
    """Change the form's draft, on the condition that no other page did; None where there is no row yet."""
    rows = OutgoingMessage.objects.filter(nonce=form.nonce)
    # Read before it is written: of many clicks on one button, one has anything to write.
    current = rows.first()
    if current is None:
        return None
    if (current.consumer_id, current.state) != (form.consumer_id, State.DRAFT):
        raise BadForm if current.consumer_id != form.consumer_id else NoDraft(current)
    seen = Q(version=page.version)
    if page.name:
        seen |= Q(saved_by_tab=page.name, saved_seq__lte=page.step)
    changed = rows.filter(seen, state=State.DRAFT).update(version=F("version") + 1, **fields)
    current = rows.get()
    if not changed:
        raise Conflict(current) if current.state == State.DRAFT else NoDraft(current)
    return current


def create(form: Form, securebox: Securebox, fields: dict[str, object]) -> OutgoingMessage:
    """The form's row. Whoever posts the same form at the same moment finds it there: NoDraft or Conflict."""
    try:
        with transaction.atomic():
            return OutgoingMessage.objects.create(
                nonce=form.nonce,
                consumer_id=form.consumer_id,
                securebox=securebox,
                reply=form.reply,
                **fields,
            )
    except IntegrityError:
        current = OutgoingMessage.objects.get(nonce=form.nonce)
        raise Conflict(current) if current.state == State.DRAFT else NoDraft(current) from None


def of(consumer: Consumer, securebox: Securebox, reply: str) -> QuerySet[OutgoingMessage]:
    """The consumer's drafts of this box and message, the newest first."""
    return OutgoingMessage.objects.filter(
        consumer=consumer, securebox=securebox, reply=reply, state=State.DRAFT
    )
