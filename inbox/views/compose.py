"""Writing to a securebox, or answering a message in it."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from inbox.access import Mailbox, open_mailbox
from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts, limits, queries, sending, sending_mark
from inbox.outgoing.content import Content, differs_from
from inbox.quoting import answer_to
from inbox.secret_scanner import find_secrets
from inbox.views import after_sending, compose_fallback, send_limits
from inbox.views.compose_page import ComposeContext, Notices, content_of, form_for, not_asked, show
from inbox.views.place import place_in
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import refusal


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
    begun = [item.message for item in queries.begun(request, mailbox, reply)]
    if reply and begun:
        return redirect(compose_fallback.draft_url(begun[0]))
    if context.is_closed:
        return render(request, "inbox/closed.html", {"securebox": mailbox.securebox}, status=403)
    content = Content()
    if reply:
        if refused := refusal(request, "mail_page"):
            return refused
        content = answer_to(mailbox.open(reply, mark_read=False).message, mailbox)
    return show(request, context, content, Notices(drafts=begun))


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
    return show(request, context, item.content, notices, draft=draft)


def _save(request: ConsumerRequest, context: ComposeContext) -> HttpResponse:
    content = compose_fallback.content_from(request.POST)
    if content.is_blank() and not context.tab.base_version:
        messages.info(request, _("There’s nothing to save yet."))
        return show(request, context, content)
    try:
        message = drafts.save(context.token, context.mailbox.securebox, content, context.tab)
    except drafts.LimitReached as error:
        notices = Notices(problem=compose_fallback.limit_problem(error))
        return show(request, context, content, notices, status=422)
    return redirect(compose_fallback.draft_url(message))


def _send(request: ConsumerRequest, context: ComposeContext) -> HttpResponse:
    submitted = compose_fallback.content_from(request.POST)
    form = form_for(context, submitted, data=request.POST)
    if not form.is_valid():
        return show(request, context, submitted, form=form, status=422)
    if context.is_closed:
        form.add_error(None, _("This department no longer takes new messages. Your message wasn’t sent."))
        return show(request, context, submitted, form=form, status=403)
    if _may_have_been_sent(request.POST.get("form")):
        return show(request, context, submitted, Notices(problem=_look_among_sent()), status=409)
    if any(one.asked for one in not_asked(context, submitted)):
        return show(request, context, submitted, Notices(problem=_asks_for_less()), status=422)
    content = content_of(form, submitted)
    if request.POST.get("sure") != content.compute_mark() and (notices := _found_in(content)):
        form.describe(notices.found_in, "found")
        return show(request, context, submitted, notices, form=form, status=422)
    try:
        message = sending.submit(context.token, context.mailbox, content, context.tab)
    except limits.SendLimitReached as error:
        return _keep_as_draft(request, context, error)
    sending.send_now(message, context.mailbox, request)
    answer = after_sending.follow(message, context.mailbox, place_in(request.GET))
    if message.state == OutgoingMessage.State.SENT:
        messages.success(request, _("Your message was sent."), extra_tags=context.token.slug)
    return answer


def _found_in(content: Content) -> Notices | None:
    """The question whether to send what looks like a secret, if there is any."""
    findings = tuple(find_secrets(f"{content.subject}\n{content.text}"))
    if not findings:
        return None
    found_in = "text" if find_secrets(content.text) else "subject"
    return Notices(findings=findings, found_in=found_in, confirmation=content.compute_mark())


def _asks_for_less() -> str:
    return _(
        "Your message wasn’t sent. This department no longer asks for something you filled in. It’s shown below and"
        " won’t be sent. If it matters, add it to your message."
    )


def _may_have_been_sent(signed_token: str | None) -> bool:
    """Whether the form is from before the database was restored: the row of what was sent from it may be lost."""
    restored_at = sending_mark.doubtful_before()
    return bool(restored_at and signed_token and compose_token.is_issued_before(restored_at, signed_token))


def _look_among_sent() -> str:
    """What to say of a text that is older than the moment at which the database was restored from a backup."""
    return _(
        "We had to restore our records from an earlier copy, so we can’t tell whether this was sent. Check your sent"
        " messages first. If it isn’t there, send it from here."
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
        kept = _("Nothing was sent. We saved your message as a draft.")
        context = replace(context, tab=replace(context.tab, base_version=draft.version))
    return show(
        request,
        context,
        content,
        Notices(problem=format_html("{} {}", reason, kept)),
        draft=draft,
        status=429,
    )


def _conflict(request: ConsumerRequest, context: ComposeContext, current: OutgoingMessage) -> HttpResponse:
    """Both texts on one page. The submitted one is in the form; saved or sent now, it replaces the other."""
    merged = replace(context, tab=replace(context.tab, base_version=current.version))
    notices = Notices(has_conflict=True, conflict=queries.item(request, current.nonce).content)
    content = compose_fallback.content_from(request.POST)
    return show(request, merged, content, notices, draft=current, status=409)


def _resubmitted(request: ConsumerRequest, context: ComposeContext, current: OutgoingMessage) -> HttpResponse:
    """The message was sent or discarded before. Text that has been added since becomes a new message."""
    content = compose_fallback.content_from(request.POST)
    if not differs_from(content, current):
        return after_sending.follow(current, context.mailbox, place_in(request.GET))
    token = compose_token.issue(request.user, context.token.slug, context.token.reply)
    new = ComposeContext(context.mailbox, token, drafts.EditorTab())
    notices = Notices(problem=compose_fallback.resubmission_problem(current))
    return show(request, new, content, notices, status=409)


def _new_token(request: ConsumerRequest, mailbox: Mailbox) -> compose_token.ComposeToken:
    """Raises Http404 if the message to be answered is not in this mailbox."""
    reply = request.GET.get("reply", "")
    if reply:
        mailbox.direction_of(reply)
    return compose_token.issue(request.user, mailbox.securebox.slug, reply)
