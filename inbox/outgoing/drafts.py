"""Saving drafts: again and again while the consumer types, and never over what another tab has saved."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing import transitions
from inbox.outgoing.compose_token import BadToken, ComposeToken
from inbox.outgoing.content import Content, differs_from, encrypt
from portal.accounts.models import Consumer

State = OutgoingMessage.State

MAX_DRAFTS = 50  # For each consumer.
MAX_TAB_ID = 32  # Characters.
# Characters in a draft. Far more than can be sent, so that a long text that was pasted is not lost.
MAX_LENGTH = 100_000


class Conflict(Exception):
    """Another tab has saved the draft since this one read it; `current` is what it saved."""

    def __init__(self, current: OutgoingMessage) -> None:
        super().__init__()
        self.current = current


class NotADraft(Exception):
    """The message is not a draft any longer: it was sent or discarded. `current` is its row."""

    def __init__(self, current: OutgoingMessage) -> None:
        super().__init__()
        self.current = current


class LimitReached(Exception):
    """The draft cannot be saved."""


class TooManyDrafts(LimitReached):
    """The consumer has MAX_DRAFTS drafts."""


class DraftTooLong(LimitReached):
    """The draft has more than MAX_LENGTH characters."""


@dataclass(frozen=True)
class EditorTab:
    """The browser tab that saves: the version it last read, its own id, and the sequence number of this save.

    A tab may replace what it saved itself even if it does not know that version, because the answer that told it may
    have been lost. But a save that arrives late never replaces a later save of the same tab. Without scripts,
    `save_seq` stays 0.
    """

    base_version: int = 0
    tab_id: str = ""
    save_seq: int = 0

    def may_replace(self) -> Q:
        unchanged = Q(version=self.base_version)
        if not self.tab_id:
            return unchanged
        return unchanged | Q(saved_by_tab=self.tab_id, saved_seq__lte=self.save_seq)


def save(token: ComposeToken, securebox: Securebox, content: Content, tab: EditorTab) -> OutgoingMessage:
    """Save the draft. If it raises Conflict, NotADraft, LimitReached or BadToken, nothing has changed."""
    if content.length() > MAX_LENGTH:
        raise DraftTooLong
    if updated := update(token, content, tab, transitions.save_draft):
        if updated.securebox_id == securebox.pk:
            updated.securebox = securebox  # Otherwise the link to the draft would ask for it again.
        return updated
    if OutgoingMessage.objects.filter(consumer=token.consumer_id, state=State.DRAFT).count() >= MAX_DRAFTS:
        raise TooManyDrafts
    return create(token, securebox, content, tab, transitions.create_draft)


def save_signed_out(token: ComposeToken, content: Content, tab: EditorTab) -> OutgoingMessage:
    """Save for the token's consumer while they are signed out and cannot be asked about a conflict.

    It replaces only what this tab saved itself. Otherwise anyone with a copy of the page could put words into a draft
    that its writer continues elsewhere. If another tab has changed the draft, or if the message was sent or discarded
    with another text, this text becomes a draft of its own, one for each tab. If it was sent with this very text,
    nothing is saved.

    Raises LimitReached; BadToken if the account or the securebox is gone, or the password has changed.
    """
    securebox = Securebox.objects.filter(slug=token.slug).first()
    consumer = Consumer.objects.filter(pk=token.consumer_id, is_active=True).first()
    if securebox is None or consumer is None or not token.matches_password(consumer):
        raise BadToken
    try:
        return save(token, securebox, content, replace(tab, base_version=0))
    except Conflict:
        pass
    except NotADraft as error:
        if not differs_from(content, error.current):
            return error.current
    # Derived from the tab's id, so that the next save of this tab finds the same draft.
    nonce = uuid.uuid5(token.nonce, tab.tab_id) if tab.tab_id else uuid.uuid4()
    # Recursive, since that draft may have been changed or sent as well.
    return save_signed_out(replace(token, nonce=nonce), content, tab)


def update(
    token: ComposeToken, content: Content, tab: EditorTab, change: Callable[..., bool]
) -> OutgoingMessage | None:
    """Change the token's draft with a transition, unless another tab has changed it. None if it has no row yet.

    Raises Conflict, NotADraft and BadToken.
    """
    rows = OutgoingMessage.objects.filter(nonce=token.nonce)
    # Read before writing: of many clicks on one button, only the first then takes a write lock.
    known = rows.values_list("consumer_id", "state").first()
    if known is None:
        return None
    consumer_id, state = known
    if consumer_id != token.consumer_id:
        raise BadToken
    if state != State.DRAFT:
        raise NotADraft(rows.get())
    changed = change(rows.filter(tab.may_replace()), **_fields(token, content, tab))
    current = rows.get()
    if not changed:
        raise Conflict(current) if current.state == State.DRAFT else NotADraft(current)
    return current


def create(
    token: ComposeToken,
    securebox: Securebox,
    content: Content,
    tab: EditorTab,
    insert: Callable[..., OutgoingMessage],
) -> OutgoingMessage:
    """Create the token's row. Raises NotADraft or Conflict if another request has just created it."""
    row = {"consumer_id": token.consumer_id, "securebox": securebox, "reply": token.reply}
    try:
        with transaction.atomic():
            return insert(nonce=token.nonce, **row, **_fields(token, content, tab))
    except IntegrityError:
        current = OutgoingMessage.objects.get(nonce=token.nonce)
        raise Conflict(current) if current.state == State.DRAFT else NotADraft(current) from None


def _fields(token: ComposeToken, content: Content, tab: EditorTab) -> dict[str, object]:
    return {
        "encrypted_content": encrypt(content, token.consumer_id, token.nonce),
        "saved_at": timezone.now(),
        "saved_by_tab": tab.tab_id,
        "saved_seq": tab.save_seq,
    }
