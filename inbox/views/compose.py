"""Writing to a securebox, or answering a message in it."""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from inbox.access import Mailbox, open_mailbox
from inbox.forms import ComposeForm
from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts, limits, queries, sending, sending_mark
from inbox.outgoing.content import Content, differs_from
from inbox.quoting import answer_to
from inbox.secret_scanner import Finding, find_secrets
from inbox.securemail import Direction
from inbox.views import compose_fallback, send_limits
from inbox.views.place import place_in
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import refusal


@dataclass(frozen=True)
class ComposeContext:
    """Where a message is written: in which securebox, with which token, in which browser tab."""

    mailbox: Mailbox
    token: compose_token.ComposeToken
    tab: drafts.EditorTab

    @property
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


@dataclass(frozen=True)
class Notices:
    """What the page says above the form.

    `draft_count` is how many drafts the consumer has begun for this securebox. `findings` look like secrets;
    `confirmation` is what the button sends that confirms sending this very text. `conflict` is the text that another
    tab saved, or None if it cannot be decrypted.
    """

    problem: str = ""
    was_signed_out: bool = False
    draft_count: int = 0
    findings: tuple[Finding, ...] = ()
    confirmation: str = ""
    has_conflict: bool = False
    conflict: Content | None = None


@login_not_required  # Text that is submitted after the session has ended is saved. Nothing is shown or sent.
@csrf_exempt  # Only for a form of another account.
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: ConsumerRequest, slug: str) -> HttpResponse:
    if compose_fallback.is_anothers(request):
        return compose_fallback.answer_foreign_form(request)
    return _compose(request, slug)


@csrf_protect
def _compose(request: ConsumerRequest, slug: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return compose_fallback.answer_foreign_form(request)
    if request.method != "POST":
        mailbox = open_mailbox(request, slug)
        return _resume(request, mailbox) if "draft" in request.GET else _begin(request, mailbox)
    try:
        context = submitted_context(request, slug)
        return _save(request, context) if request.POST.get("action") == "save" else _send(request, context)
    except compose_token.BadToken:
        return compose_fallback.answer_foreign_form(request)
    except compose_fallback.SecureboxNotOpen:
        return compose_fallback.show_again(request)
    except drafts.NotADraft as error:
        return _resubmitted(request, context, error.current)
    except drafts.Conflict as error:
        return _conflict(request, context, error.current)


def submitted_context(request: ConsumerRequest, slug: str) -> ComposeContext:
    """Where the submitted text was written.

    Raises BadToken if that was another account or securebox, compose_fallback.SecureboxNotOpen if the consumer may not
    use the securebox any longer.
    """
    tab = compose_fallback.tab_from(request.POST)
    if "form" not in request.POST:
        mailbox = open_mailbox(request, slug)
        return ComposeContext(mailbox, _new_token(request, mailbox), tab)
    token = compose_token.read(request.POST["form"])
    if (token.consumer_id, token.slug) != (request.user.pk, slug):
        raise compose_token.BadToken
    try:
        return ComposeContext(open_mailbox(request, slug), token, tab)
    except (Http404, PermissionDenied):
        raise compose_fallback.SecureboxNotOpen from None


def _begin(request: ConsumerRequest, mailbox: Mailbox) -> HttpResponse:
    """A new message, or the answer that was begun before."""
    context = ComposeContext(mailbox, _new_token(request, mailbox), drafts.EditorTab())
    reply = context.token.reply
    begun = drafts.find(request.user, mailbox.securebox, reply)
    if reply and (draft := begun.first()):
        return redirect(compose_fallback.draft_url(draft))
    if context.is_closed:
        return render(request, "inbox/closed.html", {"securebox": mailbox.securebox}, status=403)
    content = Content()
    if reply:
        if refused := refusal(request, "mail_page"):
            return refused
        content = answer_to(mailbox.open(reply, mark_read=False).message, mailbox)
    return _render(request, context, _form(context, content), Notices(draft_count=begun.count()))


def _resume(request: ConsumerRequest, mailbox: Mailbox) -> HttpResponse:
    item = queries.item(request, request.GET["draft"])
    draft = item.message
    if draft.securebox_id != mailbox.securebox.pk:
        raise Http404
    if draft.state != OutgoingMessage.State.DRAFT or item.content is None:
        return redirect("outgoing_message", draft.nonce)
    token = compose_token.issue(request.user, mailbox.securebox.slug, draft.reply, draft.nonce)
    context = ComposeContext(mailbox, token, drafts.EditorTab(draft.version))
    restored_at = sending_mark.doubtful_before()
    problem = _look_among_sent() if restored_at and draft.saved_at < restored_at else ""
    notices = Notices(problem=problem, was_signed_out="kept" in request.GET)
    return _render(request, context, _form(context, item.content), notices, draft=draft)


def _save(request: ConsumerRequest, context: ComposeContext) -> HttpResponse:
    content = compose_fallback.content_from(request.POST)
    if content.is_blank() and not context.tab.base_version:
        messages.info(request, _("There is nothing to save yet."))
        return _render(request, context, _form(context, content))
    try:
        message = drafts.save(context.token, context.mailbox.securebox, content, context.tab)
    except drafts.LimitReached as error:
        notices = Notices(problem=compose_fallback.limit_problem(error))
        return _render(request, context, _form(context, content), notices, status=422)
    return redirect(compose_fallback.draft_url(message))


def _send(request: ConsumerRequest, context: ComposeContext) -> HttpResponse:
    form = _form(context, data=request.POST)
    if not form.is_valid():
        return _render(request, context, form, status=422)
    if context.is_closed:
        form.add_error(None, _("This department has stopped taking new messages. Your text was not sent."))
        return _render(request, context, form, status=403)
    if _may_have_been_sent(request.POST.get("form")):
        return _render(request, context, form, Notices(problem=_look_among_sent()), status=409)
    content = Content(**{name: form.cleaned_data[name] for name in form.fields})
    confirmation = content.compute_mark()
    is_confirmed = request.POST.get("sure") == confirmation
    if not is_confirmed and (findings := find_secrets(f"{content.subject}\n{content.text}")):
        notices = Notices(findings=tuple(findings), confirmation=confirmation)
        return _render(request, context, form, notices, status=422)
    try:
        message = sending.submit(context.token, context.mailbox, content, context.tab)
    except limits.SendLimitReached as error:
        return _keep_as_draft(request, context, error)
    sending.send_now(message, context.mailbox, request)
    return redirect("outgoing_message", message.nonce)


def _may_have_been_sent(signed_token: str | None) -> bool:
    """Whether the form is from before the database was restored: the row of what was sent from it may be lost."""
    restored_at = sending_mark.doubtful_before()
    return bool(restored_at and signed_token and compose_token.is_issued_before(restored_at, signed_token))


def _look_among_sent() -> str:
    """What to say of a text that is older than the moment at which the database was restored from a backup."""
    return _(
        "Our records had to be restored from an earlier copy, so we cannot tell whether this was sent since."
        " Please look among your sent messages first. If it is not there, send it from here."
    )


def _keep_as_draft(
    request: ConsumerRequest, context: ComposeContext, error: limits.SendLimitReached
) -> HttpResponse:
    """The message cannot be sent now. Its text is saved, and stays in the form."""
    content = compose_fallback.content_from(request.POST)
    securebox = context.mailbox.securebox
    reason = send_limits.when_again(error.allowance, securebox)
    draft = None
    try:
        draft = drafts.save(context.token, securebox, content, context.tab)
    except drafts.LimitReached as full:
        kept = compose_fallback.limit_problem(full)
    else:
        kept = _("Nothing was sent; what you wrote is saved as a draft.")
        context = replace(context, tab=replace(context.tab, base_version=draft.version))
    notices = Notices(problem=f"{reason} {kept}")
    return _render(request, context, _form(context, content), notices, draft=draft, status=429)


def _conflict(request: ConsumerRequest, context: ComposeContext, current: OutgoingMessage) -> HttpResponse:
    """Both texts on one page. The submitted one is in the form; saved or sent now, it replaces the other."""
    merged = replace(context, tab=replace(context.tab, base_version=current.version))
    form = _form(merged, compose_fallback.content_from(request.POST))
    notices = Notices(has_conflict=True, conflict=queries.item(request, current.nonce).content)
    return _render(request, merged, form, notices, draft=current, status=409)


def _resubmitted(request: ConsumerRequest, context: ComposeContext, current: OutgoingMessage) -> HttpResponse:
    """The message was sent or discarded before. Text that has been added since becomes a new message."""
    content = compose_fallback.content_from(request.POST)
    if not differs_from(content, current):
        return redirect("outgoing_message", current.nonce)
    token = compose_token.issue(request.user, context.token.slug, context.token.reply)
    new = ComposeContext(context.mailbox, token, drafts.EditorTab())
    notices = Notices(problem=compose_fallback.resubmission_problem(current))
    return _render(request, new, _form(new, content), notices, status=409)


def _new_token(request: ConsumerRequest, mailbox: Mailbox) -> compose_token.ComposeToken:
    """Raises Http404 if the message to be answered is not in this mailbox."""
    reply = request.GET.get("reply", "")
    if reply:
        mailbox.direction_of(reply)
    return compose_token.issue(request.user, mailbox.securebox.slug, reply)


def _form(context: ComposeContext, content: Content | None = None, data: Any = None) -> ComposeForm:
    return ComposeForm(
        data,
        initial=asdict(content) if content else None,
        securebox=context.mailbox.securebox,
        reply=context.answered_direction is not None,
    )


def _render(
    request: ConsumerRequest,
    context: ComposeContext,
    form: ComposeForm,
    notices: Notices | None = None,
    *,
    draft: OutgoingMessage | None = None,
    status: int = 200,
) -> HttpResponse:
    direction, securebox = context.answered_direction, context.mailbox.securebox
    headings = {Direction.OUTBOUND: _("Reply"), None: _("New message")}
    template_context = {
        "securebox": securebox,
        "address": context.mailbox.address,
        "form": form,
        "notices": notices or Notices(),
        # The page that refuses to send says more.
        "send_limit": "" if status == 429 else send_limits.notice(request.user.pk, securebox),
        "draft": draft,
        "reply": context.token.reply if direction else "",
        "place": place_in(request.GET),
        "heading": headings.get(direction, _("Write again")),
        "most": settings.PORTAL_MAX_TEXT,
        "token": compose_token.sign(context.token),
        "tab": context.tab,
        "tab_id": context.tab.tab_id or secrets.token_hex(8),
    }
    return render(request, "inbox/compose.html", template_context, status=status)
