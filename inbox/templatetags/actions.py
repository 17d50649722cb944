"""What can be done with a conversation, at its head."""

from django import template
from django.utils.html import format_html_join

from inbox.views.place import Place
from inbox.views.surroundings import Surroundings
from portal import stencils
from portal.stencils import Kind

register = template.Library()


@register.simple_tag(takes_context=True)
def conversation_actions(context: template.Context, *, own_url: str) -> str:
    """Takes the context of the conversation's page. `own_url` is the address that a reader copies."""
    around: Surroundings = context["around"]
    place: Place = context["place"]
    entries, received, reply = around.conversation.entries, around.received, context["reply"]
    several = len(received) > 1
    return stencils.filled(
        "inbox/_actions.html",
        slug=Kind(context["securebox"].slug),
        reference=context["reference"],
        own_url=own_url,
        may_answer=context["may_answer"],
        sent=context["sent"],
        has_draft=bool(reply and reply.draft),
        conversation=" ".join(entry.reference for entry in entries) if len(entries) > 1 else "",
        may_delete=context["may_delete"],
        received=" ".join(received) if several else "",
        number_received=len(received) if several else 0,
        newer_url=around.newer_url,
        older_url=around.older_url,
        suffix=place.suffix,
        more=place.more,
        place_fields=_fields(place),
        csrf_field=context["csrf_field"],
    )


def _fields(place: Place) -> str:
    return format_html_join("\n", '<input type="hidden" name="{}" value="{}">', place.query.items())
