"""The compose form as pages show it: its fields, and what the page says around them."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from inbox import quoting
from inbox.access import Mailbox
from inbox.entries import Entry
from inbox.extra_fields import ExtraField
from inbox.forms import EXTRA, ComposeForm
from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts, queries
from inbox.outgoing.content import Content, Extra
from inbox.outgoing.queries import OutgoingItem
from inbox.secret_scanner import Finding
from inbox.securemail import Direction
from inbox.views import send_limits
from inbox.views.place import place_in
from portal.accounts.models import ConsumerRequest


@dataclass(frozen=True)
class ComposeContext:
    """Where a message is written: in which securebox, with which token, in which browser tab."""

    mailbox: Mailbox
    token: compose_token.ComposeToken
    tab: drafts.EditorTab

    @cached_property
    def answered_direction(self) -> Direction | None:
        """The direction of the message that this one answers; None for a new message."""
        try:
            return self.mailbox.direction_of(self.token.reply) if self.token.reply else None
        except Http404:
            # The reference is void, for instance since the consumer has changed their address.
            return None

    @property
    def is_closed(self) -> bool:
        return not (self.mailbox.securebox.accepts_messages or self.answered_direction is Direction.OUTBOUND)

    @property
    def subjects(self) -> Sequence[str]:
        """Those that the securebox offers for a new message; none if one is typed."""
        return () if self.answered_direction else self.mailbox.securebox.subjects

    @cached_property
    def extra_fields(self) -> Sequence[ExtraField]:
        """What the securebox asks for beside the text."""
        return list(self.mailbox.securebox.extra_fields.all()) if self.mailbox.records.extra_fields else []


@dataclass(frozen=True)
class Notices:
    """What the page says above the form.

    `drafts` are those that the consumer has begun for this securebox. `findings` look like secrets, in the field
    `found_in`; `confirmation` is what the button sends that confirms sending this very text. `conflict` is the text
    that another tab saved, or None if it cannot be decrypted.
    """

    problem: str = ""
    was_signed_out: bool = False
    drafts: Sequence[OutgoingMessage] = ()
    findings: tuple[Finding, ...] = ()
    found_in: str = ""
    confirmation: str = ""
    has_conflict: bool = False
    conflict: Content | None = None


@dataclass(frozen=True)
class ShownForm:
    """The compose form of a page, with this content.

    `form` has its fields; it is None if they are those that most secureboxes have, with nothing said of them: see
    `inbox.templatetags.compose`. `not_asked` was typed into fields that the securebox has stopped asking for.
    """

    context: ComposeContext
    content: Content
    form: ComposeForm | None
    not_asked: Sequence[Extra]
    draft: OutgoingMessage | None
    tab_id: str

    @property
    def is_reply(self) -> bool:
        return self.context.answered_direction is not None

    @property
    def has_quote(self) -> bool:
        return self.is_reply and bool(self.content.quote)

    @cached_property
    def letter(self) -> quoting.Answered | None:
        """What is answered, if it stands beside the form."""
        is_refused = self.form is not None and self.form.has_error("quote")
        return quoting.answered(self.content.quote) if self.has_quote and not is_refused else None

    @property
    def edits_quote(self) -> bool:
        """Whether the letter is in the form, since its reader may have written between its lines."""
        return self.has_quote and self.letter is None


def form_for(context: ComposeContext, content: Content | None = None, data: Any = None) -> ComposeForm:
    """The form with this content, or with what was submitted."""
    initial: dict[str, Any] = asdict(content) if content else {}
    return ComposeForm(
        data,
        initial=initial | ({f"{EXTRA}{one.key}": one.value for one in content.extra} if content else {}),
        max_text=settings.PORTAL_MAX_TEXT,
        reply=context.answered_direction is not None,
        subjects=context.subjects,
        extra_fields=context.extra_fields,
    )


def content_of(form: ComposeForm, submitted: Content) -> Content:
    """The content of a valid form, with what was `submitted` for fields that the page no longer asks for."""
    extra = [
        Extra(one.field.key, str(one.label), form.cleaned_data[one.name])  # type: ignore[attr-defined]  # An ExtraField's form field.
        for one in form.extra
        if form.cleaned_data[one.name]
    ]
    named = {name: value for name, value in form.cleaned_data.items() if not name.startswith(EXTRA)}
    return Content(**named, extra=(*extra, *(one for one in submitted.extra if not one.asked)))


def not_asked(context: ComposeContext, content: Content) -> tuple[Extra, ...]:
    """What was typed into fields that the securebox has since stopped asking for."""
    keys = {asked.key for asked in context.extra_fields}
    return tuple(one for one in content.extra if one.key not in keys)


def show(
    request: ConsumerRequest,
    context: ComposeContext,
    content: Content,
    notices: Notices | None = None,
    *,
    form: ComposeForm | None = None,
    draft: OutgoingMessage | None = None,
    status: int = 200,
) -> HttpResponse:
    """The compose page with this content. `form` is the one that was submitted, if it has errors to show."""
    direction = context.answered_direction
    headings = {Direction.OUTBOUND: _("Reply"), None: _("New message")}
    shown = _shown(context, content, draft, form)
    template_context = {
        "securebox": context.mailbox.securebox,
        "shown": shown,
        "form": shown.form,
        "letter": shown.letter,
        "notices": notices or Notices(),
        # The page that refuses to send says more.
        "send_limit": "" if status == 429 else send_limits.notice(request, context.mailbox),
        "draft": draft,
        "reply": context.token.reply if direction else "",
        "place": place_in(request.GET),
        "heading": headings.get(direction, _("Send a follow-up")),
    }
    return render(request, "inbox/compose.html", template_context, status=status)


def reply_form(
    request: ConsumerRequest, mailbox: Mailbox, opened: Entry, begun: OutgoingItem | None
) -> ShownForm | None:
    """The form at the foot of a conversation: an answer to this message, or what was `begun` before. No API call.

    None if the securebox does not take it, or what was begun cannot be decrypted.
    """
    draft = begun.message if begun else None
    reply = draft.reply if draft else opened.reference
    nonce, version = (draft.nonce, draft.version) if draft else (None, 0)
    token = compose_token.issue(request.user, mailbox.securebox.slug, reply, nonce)
    context = ComposeContext(mailbox, token, drafts.EditorTab(version))
    content = (
        queries.with_content([begun])[0].content if begun else quoting.answer_to(opened.message, mailbox)
    )
    if context.is_closed or content is None:
        return None
    return _shown(context, content, draft)


def _shown(
    context: ComposeContext,
    content: Content,
    draft: OutgoingMessage | None,
    form: ComposeForm | None = None,
) -> ShownForm:
    former = not_asked(context, content)
    if form is None and (context.subjects or context.extra_fields or former):
        form = form_for(context, content)
    return ShownForm(context, content, form, former, draft, context.tab.tab_id or secrets.token_hex(8))
