"""What a compose form posts, and what is done with it where its writer is not, or no longer, signed in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token, drafts
from inbox.outgoing.content import Content
from portal.accounts.login.redirects import sign_in_first
from portal.accounts.models import ConsumerRequest
from portal.error_views import form_expired


class NotOpen(Exception):
    """The box is not, or no longer, open to who is signed in."""


def content_of(typed: QueryDict) -> Content:
    """The words as they were typed, whether or not they could be sent."""
    return Content(
        subject=typed.get("subject", ""),
        text=_with_plain_line_breaks(typed.get("text", "")),
        quote=_with_plain_line_breaks(typed.get("quote", "")),
        include_quote="include_quote" in typed,
    )


def page_of(typed: QueryDict) -> drafts.Page:
    name = typed.get("page", "")
    return drafts.Page(
        version=_number(typed.get("version", "")),
        step=_number(typed.get("step", "")),
        name=name if name.isascii() and name.isalnum() and len(name) <= drafts.LONGEST_NAME else "",
    )


def keep(typed: QueryDict) -> OutgoingMessage:
    """Keep the words for whoever the form was handed out to. Raises forms.BadForm and drafts.TooMuch."""
    form = compose_token.read(typed.get("form", ""), signed_in=False)
    return drafts.keep_for_owner(form, content_of(typed), page_of(typed))


def kept(request: ConsumerRequest) -> HttpResponse:
    """The answer to a form that is not this session's: its words wait where its owner finds them again."""
    if request.method != "POST" or "form" not in request.POST:
        return sign_in_first(request, request.get_full_path())
    owner = compose_token.owner(request.POST["form"])
    anothers = request.user.is_authenticated and owner not in (None, request.user.pk)
    try:
        message = keep(request.POST)
    except (compose_token.BadForm, drafts.TooMuch) as error:
        if anothers:
            return handed_back(request, anothers=True)
        if isinstance(error, drafts.TooMuch):
            return form_expired(request, problem=too_much(error))
        return form_expired(request, same_form=False)
    if not request.user.is_authenticated:
        return sign_in_first(request, draft_url(message, kept=""))
    if anothers:
        said = _("That was written under another account. It was kept there as a draft, and was not sent.")
    else:
        said = _("That was written in another mailbox. It was kept there as a draft, and was not sent.")
    messages.warning(request, said)
    return redirect("home")


def handed_back(request: ConsumerRequest, *, anothers: bool = False) -> HttpResponse:
    """There is no place to keep these words for who is signed in, so they are shown once more."""
    context = {"typed": content_of(request.POST), "anothers": anothers}
    return render(request, "errors/handed_back.html", context, status=403)


def over(message: OutgoingMessage) -> str:
    """What to say to whoever has written more on a form whose message has gone its way."""
    match message.state:
        case OutgoingMessage.State.SENT:
            was = _("Your message was sent before.")
        case OutgoingMessage.State.DISCARDED:
            was = _("You have discarded this message in another window.")
        case OutgoingMessage.State.FAILED:
            was = _("Your message could not be sent before.")
        case _:
            was = _(
                "What you wrote before may have arrived, or is about to: if you send this too, both may arrive."
            )
    rest = _("What you have written since is below, and nothing of it was sent. You can save it, or send it.")
    return f"{was} {rest}"


def too_much(error: drafts.TooMuch) -> str:
    if isinstance(error, drafts.TooLong):
        return _("This is too long to be saved. Please shorten it, or keep a copy of your own.")
    return _("You have %(most)s drafts, and no more can be saved. Please send or discard some first.") % {
        "most": drafts.MOST
    }


def draft_url(message: OutgoingMessage, **more: str) -> str:
    query = urlencode({"draft": str(message.nonce), **more})
    return f"{reverse('compose', args=[message.securebox.slug])}?{query}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _with_plain_line_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
