"""Reading a submitted compose form, and what happens to its text if it is not this session's, or was submitted before.

Text is never dropped: it is saved for the consumer that the form was issued to, or else shown again.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from inbox.extra_fields import MAX_FIELDS
from inbox.forms import EXTRA
from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts
from inbox.outgoing.content import Content, Extra
from portal.accounts.login.redirects import to_login
from portal.accounts.models import ConsumerRequest
from portal.error_views import form_expired

# What names of hidden fields begin with, before the key of an extra field: its label; what was typed into a field that
# the securebox no longer asks for.
LABEL, NOT_ASKED = "label-", "former-"


class SecureboxNotOpen(Exception):
    """The signed-in consumer may not use the securebox, or not any longer."""


def content_from(post: QueryDict) -> Content:
    """The text as it was typed, whether or not it could be sent."""
    return Content(
        subject=post.get("subject", ""),
        text=_with_plain_line_breaks(post.get("text", "")),
        quote=_with_plain_line_breaks(post.get("quote", "")),
        include_quote="include_quote" in post,
        extra=(*_extra_from(post, EXTRA, asked=True), *_extra_from(post, NOT_ASKED, asked=False)),
    )


def _extra_from(post: QueryDict, prefix: str, *, asked: bool) -> list[Extra]:
    """What was typed into extra fields, under the labels that the page showed."""
    keys = [name.removeprefix(prefix) for name in post if name.startswith(prefix) and post[name]]
    return [
        Extra(key, post.get(f"{LABEL}{key}", key), post.get(f"{prefix}{key}", ""), asked)
        for key in keys[:MAX_FIELDS]
    ]


def tab_from(post: QueryDict) -> drafts.EditorTab:
    """The tab that submits the form. A value that no page of ours contains counts as missing."""
    tab_id = post.get("page", "")
    return drafts.EditorTab(
        base_version=_number(post.get("version", "")),
        save_seq=_number(post.get("step", "")),
        tab_id=tab_id if tab_id.isascii() and tab_id.isalnum() and len(tab_id) <= drafts.MAX_TAB_ID else "",
    )


def is_anothers(request: ConsumerRequest) -> bool:
    """Whether the form was issued to another account than the signed-in one.

    Its CSRF token is the other session's, so such a form is answered before that is checked. Its own token, which no
    other website can have, shows that the portal issued it; and its text reaches no other account.
    """
    owner_id = compose_token.owner_id(request.POST.get("form", ""))
    return request.user.is_authenticated and owner_id not in (None, request.user.pk)


def save_for_owner(post: QueryDict) -> OutgoingMessage:
    """Save the text for the consumer that the token was issued to. Raises BadToken and drafts.LimitReached."""
    token = compose_token.read(post.get("form", ""), signed_in=False)
    return drafts.save_signed_out(token, content_from(post), tab_from(post))


def answer_foreign_form(request: ConsumerRequest) -> HttpResponse:
    """Answer a form that was not made for this session: its text is saved where its owner will find it."""
    if request.method != "POST" or "form" not in request.POST:
        return to_login(request, request.get_full_path())
    try:
        message = save_for_owner(request.POST)
    except (compose_token.BadToken, drafts.LimitReached) as error:
        if is_anothers(request):
            return show_again(request)
        if isinstance(error, drafts.LimitReached):
            return form_expired(request, problem=limit_problem(error))
        return form_expired(request, same_form=False)
    if not request.user.is_authenticated:
        return to_login(request, draft_url(message, kept=""))
    if is_anothers(request):
        notice = _("You wrote this in another account. We saved it there as a draft. It hasn’t been sent.")
    else:
        notice = _("You wrote this to another department. We saved it there as a draft. It hasn’t been sent.")
    messages.warning(request, notice)
    return redirect("home")


def show_again(request: ConsumerRequest) -> HttpResponse:
    """Show the text again, since it cannot be saved for the signed-in consumer."""
    context = {"typed": content_from(request.POST), "is_anothers": is_anothers(request)}
    return render(request, "errors/not_saved.html", context, status=403)


def resubmission_problem(message: OutgoingMessage) -> str:
    """What to say if a form is submitted with more text after its message was sent or discarded."""
    match message.state:
        case OutgoingMessage.State.SENT:
            was = _("Your message was already sent.")
        case OutgoingMessage.State.DISCARDED:
            was = _("You discarded this message in another window.")
        case OutgoingMessage.State.FAILED:
            was = _("Your message couldn’t be sent.")
        case _:
            was = _(
                "Your first version may have reached us, or is about to. If you send this one too, we may get both."
            )
    rest = _("What you’ve written since is below. It hasn’t been sent. You can save it or send it.")
    return f"{was} {rest}"


def limit_problem(error: drafts.LimitReached) -> str:
    if isinstance(error, drafts.DraftTooLong):
        return _("This is too long to save. Shorten it, or keep a copy of your own.")
    full = _("You have %(most)s drafts, and we can’t save more. Send or discard some first.")
    return full % {"most": drafts.MAX_DRAFTS}


def draft_url(message: OutgoingMessage, **query: str) -> str:
    encoded = urlencode({"draft": str(message.nonce), **query})
    return f"{reverse('compose', args=[message.securebox.slug])}?{encoded}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _with_plain_line_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
