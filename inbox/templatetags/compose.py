"""The compose form. Most secureboxes have the same fields in it, so these are filled into a stencil, too."""

from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string

from inbox.forms import ComposeForm
from inbox.outgoing import compose_token
from inbox.templatetags.mail import reply_time
from inbox.views.compose_page import ShownForm
from portal import stencils
from portal.stencils import Kind
from portal.templatetags.dates import time_of_day

register = template.Library()


@register.simple_tag(takes_context=True)
def compose_form(context: template.Context, shown: ShownForm, *, in_conversation: bool = False) -> str:
    """Takes the context of a page. `in_conversation` leaves out the lines To and From: the open message has both."""
    mailbox, tab, draft = shown.context.mailbox, shown.context.tab, shown.draft
    return stencils.filled(
        "inbox/_compose_form.html",
        in_conversation=in_conversation,
        slug=Kind(mailbox.securebox.slug),
        suffix=context["place"].suffix,
        csrf_field=context["csrf_field"],
        token=compose_token.sign(shown.context.token),
        version=str(tab.base_version),
        page=shown.tab_id,
        step=str(tab.save_seq),
        errors=_errors(shown.form),
        title=mailbox.securebox.title,
        address=mailbox.address,
        fields=_fields(shown),
        saved_at=time_of_day(draft.saved_at if draft else None),
        takes=reply_time(mailbox.securebox),
    )


def _errors(form: ComposeForm | None) -> str:
    """What is wrong with all of it."""
    has_any = form is not None and form.non_field_errors()
    return render_to_string("forms/errors.html", {"form": form}) if has_any else ""


def _fields(shown: ShownForm) -> str:
    content, disclaimer = shown.content, shown.context.mailbox.securebox.disclaimer
    common = {"has_quote": shown.has_quote, "edits_quote": shown.edits_quote}
    if shown.form is not None:
        more = {"form": shown.form, "not_asked": shown.not_asked, "disclaimer": disclaimer}
        return render_to_string("inbox/_compose_fields.html", common | more)
    return stencils.filled(
        "inbox/_usual_fields.html",
        max_text=settings.PORTAL_MAX_TEXT,
        is_reply=shown.is_reply,
        subject=content.subject,
        text=content.text,
        quote=content.quote,
        include_quote=content.include_quote,
        disclaimer=Kind(disclaimer),
        **common,
    )


@register.simple_tag
def usual_form(*, max_text: int, is_reply: bool, **content: Any) -> ComposeForm:
    """A form with the fields that most secureboxes have. `content` stands in them."""
    return ComposeForm(initial=content, max_text=max_text, reply=is_reply)
