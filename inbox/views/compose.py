"""Writing to a box, or answering a message in it."""

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
from django.views.decorators.http import require_http_methods

from inbox.access import Mailbox, open_mailbox
from inbox.forms import ComposeForm
from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts, queries, sending
from inbox.outgoing.content import Content, adds_to
from inbox.quoting import answer_to
from inbox.secret_scanner import Finding, find_secrets
from inbox.securemail import Direction
from inbox.views import compose_fallback
from portal.accounts.models import ConsumerRequest


@dataclass(frozen=True)
class Desk:
    """Where one message is written: in which box, on which form, on which open page."""

    mailbox: Mailbox
    form: compose_token.Form
    page: drafts.Page

    @property
    def answers(self) -> Direction | None:
        """Which way the message went that this one answers; None where it answers none, or none any more."""
        try:
            return self.mailbox.direction_of(self.form.reply) if self.form.reply else None
        except Http404:
            return None

    @property
    def closed(self) -> bool:
        return not (self.mailbox.securebox.accepts_messages or self.answers is Direction.OUTBOUND)


@login_not_required  # Words that come back after the session has ended are kept. Nothing is shown or sent.
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: ConsumerRequest, slug: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return compose_fallback.kept(request)
    if request.method != "POST":
        mailbox = open_mailbox(request.user, slug)
        return _resume(request, mailbox) if "draft" in request.GET else _begin(request, mailbox)
    try:
        desk = posted_desk(request, slug)
        return _save(request, desk) if request.POST.get("action") == "save" else _send(request, desk)
    except compose_token.BadForm:
        return compose_fallback.kept(request)
    except compose_fallback.NotOpen:
        return compose_fallback.handed_back(request)
    except drafts.NoDraft as over:
        return _over(request, desk, over.current)
    except drafts.Conflict as conflict:
        return _conflict(request, desk, conflict.current)


def posted_desk(request: ConsumerRequest, slug: str) -> Desk:
    """Where the posted words were written.

    Raises forms.BadForm where that is another account or box, posted.NotOpen where they may not use the box any more.
    """
    page = compose_fallback.page_of(request.POST)
    if "form" not in request.POST:
        mailbox = open_mailbox(request.user, slug)
        return Desk(mailbox, _new_form(request, mailbox), page)
    form = compose_token.read(request.POST["form"])
    if (form.consumer_id, form.slug) != (request.user.pk, slug):
        raise compose_token.BadForm
    try:
        return Desk(open_mailbox(request.user, slug), form, page)
    except (Http404, PermissionDenied):
        raise compose_fallback.NotOpen from None


def _begin(request: ConsumerRequest, mailbox: Mailbox) -> HttpResponse:
    """A new message, or the answer that was begun before."""
    desk = Desk(mailbox, _new_form(request, mailbox), drafts.Page())
    begun = drafts.of(request.user, mailbox.securebox, desk.form.reply)
    if desk.form.reply and (draft := begun.first()):
        return redirect(compose_fallback.draft_url(draft))
    if desk.closed:
        return render(request, "inbox/closed.html", {"securebox": mailbox.securebox}, status=403)
    content = Content()
    if desk.form.reply:
        content = answer_to(mailbox.open(desk.form.reply, mark_read=False).message, mailbox)
    return _page(request, desk, _form(desk, content), begun=begun.count())


def _resume(request: ConsumerRequest, mailbox: Mailbox) -> HttpResponse:
    item = queries.item(request.user, request.GET["draft"])
    message = item.message
    if message.securebox_id != mailbox.securebox.pk:
        raise Http404
    if message.state != OutgoingMessage.State.DRAFT or item.content is None:
        return redirect("outgoing_message", message.nonce)
    form = compose_token.hand_out(request.user, mailbox.securebox.slug, message.reply, message.nonce)
    desk = Desk(mailbox, form, drafts.Page(message.version))
    return _page(request, desk, _form(desk, item.content), draft=message, kept="kept" in request.GET)


def _save(request: ConsumerRequest, desk: Desk) -> HttpResponse:
    content = compose_fallback.content_of(request.POST)
    if content.is_blank() and not desk.page.version:
        messages.info(request, _("There is nothing to save yet."))
        return _page(request, desk, _form(desk, content))
    try:
        message = drafts.save(desk.form, desk.mailbox.securebox, content, desk.page)
    except drafts.TooMuch as error:
        problem = compose_fallback.too_much(error)
        return _page(request, desk, _form(desk, content), problem=problem, status=422)
    return redirect(compose_fallback.draft_url(message))


def _send(request: ConsumerRequest, desk: Desk) -> HttpResponse:
    form = _form(desk, data=request.POST)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    if desk.closed:
        form.add_error(None, _("This department has stopped taking new messages. Your text was not sent."))
        return _page(request, desk, form, status=403)
    typed = {name: form.cleaned_data[name] for name in form.fields}
    content = Content(**typed)
    if found := _unasked_secrets(content, request.POST.get("sure")):
        return _page(request, desk, form, found=found, asked=content.own_mark(), status=422)
    message = sending.submit(desk.form, desk.mailbox, content, desk.page)
    sending.send_now(message, desk.mailbox, request)
    return redirect("outgoing_message", message.nonce)


def _conflict(request: ConsumerRequest, desk: Desk, current: OutgoingMessage) -> HttpResponse:
    """Both texts on one page: this one in the form, where it replaces the other if it is saved or sent now."""
    seen = Desk(desk.mailbox, desk.form, replace(desk.page, version=current.version))
    form = _form(seen, compose_fallback.content_of(request.POST))
    other = queries.item(request.user, current.nonce).content
    return _page(request, seen, form, draft=current, other=other, conflict=True, status=409)


def _unasked_secrets(content: Content, sure: str | None) -> list[Finding]:
    """What its writer should be asked about, unless they have said of these very words that they are sure."""
    return [] if sure == content.own_mark() else find_secrets(f"{content.subject}\n{content.text}")


def _over(request: ConsumerRequest, desk: Desk, current: OutgoingMessage) -> HttpResponse:
    """The form was sent or discarded before. Another text than was sent then is not lost: it begins a new form."""
    content = compose_fallback.content_of(request.POST)
    if not adds_to(content, current):
        return redirect("outgoing_message", current.nonce)
    form = compose_token.hand_out(request.user, desk.form.slug, desk.form.reply)
    anew = Desk(desk.mailbox, form, drafts.Page())
    return _page(request, anew, _form(anew, content), problem=compose_fallback.over(current), status=409)


def _new_form(request: ConsumerRequest, mailbox: Mailbox) -> compose_token.Form:
    """Raises Http404 where the message to be answered is not in this mailbox."""
    reply = request.GET.get("reply", "")
    if reply:
        mailbox.direction_of(reply)
    return compose_token.hand_out(request.user, mailbox.securebox.slug, reply)


def _form(desk: Desk, content: Content | None = None, data: Any = None) -> ComposeForm:
    initial = asdict(content) if content else None
    return ComposeForm(
        data, initial=initial, securebox=desk.mailbox.securebox, reply=desk.answers is not None
    )


def _page(
    request: ConsumerRequest, desk: Desk, form: ComposeForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "securebox": desk.mailbox.securebox,
        "address": desk.mailbox.address,
        "form": form,
        "reply": desk.form.reply if desk.answers else "",
        "heading": _heading(desk),
        "most": settings.PORTAL_MAX_TEXT,
        "signed": compose_token.sign(desk.form),
        "version": desk.page.version,
        "step": desk.page.step,
        "page_name": desk.page.name or secrets.token_hex(8),
        **more,
    }
    return render(request, "inbox/compose.html", context, status=status)


def _heading(desk: Desk) -> str:
    if desk.answers is None:
        return _("New message")
    return _("Reply") if desk.answers is Direction.OUTBOUND else _("Write again")
