"""What a compose form posts, and what is done with it where its writer is not, or no longer, signed in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from inbox.models import OutgoingMessage
from inbox.outgoing import drafts, forms
from inbox.outgoing.content import Content
from portal.accounts.models import ConsumerRequest
from portal.errors import form_expired


def content_of(typed: QueryDict) -> Content:
    """The words as they were typed, whether or not they could be sent."""
    return Content(
        subject=typed.get("subject", ""),
        text=_with_plain_line_breaks(typed.get("text", "")),
        quote=_with_plain_line_breaks(typed.get("quote", "")),
        include_quote="include_quote" in typed,
    )


def page_of(typed: QueryDict) -> drafts.Page:
    version, name = typed.get("version", ""), typed.get("page", "")
    return drafts.Page(
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        name=name if name.isascii() and name.isalnum() and len(name) <= drafts.LONGEST_NAME else "",
    )


def keep(typed: QueryDict) -> OutgoingMessage:
    """Keep the words for whoever the form was handed out to. Raises forms.BadForm and drafts.TooMuch."""
    return drafts.keep_for_owner(forms.read(typed.get("form", "")), content_of(typed), page_of(typed))


def kept(request: ConsumerRequest) -> HttpResponse:
    """The answer to a form that is not this session's: its words wait where its owner finds them again."""
    if request.method != "POST" or "form" not in request.POST:
        return redirect_to_login(request.get_full_path())
    try:
        message = keep(request.POST)
    except (forms.BadForm, drafts.TooMuch):
        return form_expired(request, known=False)
    if request.user.is_authenticated:
        messages.warning(
            request,
            _("That was written under another account. It was kept there as a draft, and was not sent."),
        )
        return redirect("home")
    return redirect_to_login(draft_url(message, kept=""))


def too_much(error: drafts.TooMuch) -> str:
    if isinstance(error, drafts.TooLong):
        return _("This is too long to be saved. Please shorten it, or keep a copy of your own.")
    return _("You have %(most)s drafts, and no more can be saved. Please send or discard some first.") % {
        "most": drafts.MOST
    }


def draft_url(message: OutgoingMessage, **more: str) -> str:
    query = urlencode({"draft": str(message.nonce), **more})
    return f"{reverse('compose', args=[message.securebox.slug])}?{query}"


def _with_plain_line_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
