"""The fields of the compose form as a stencil are those of the form itself, whatever stands in them."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from inbox.forms import ComposeForm
from portal import stencils
from tests.inbox.windows import COMPOSE, Window

LIMIT = {"max_text": 500}
ODD = 'A {subject} & {0} "b" <i>c</i> \ue000text\ue001\r\n</textarea>\n\n\u202e%(x)s %E2'


def fields(content, *, reply=False, has_quote=False, edits_quote=False, disclaimer="", **limit):
    """As a stencil, and as the form renders them."""
    place = {"has_quote": has_quote, "edits_quote": edits_quote}
    kind = {"is_reply": reply, "disclaimer": stencils.Kind(disclaimer), **LIMIT, **limit}
    form = ComposeForm(initial=content, reply=reply, **(LIMIT | limit))
    expected = render_to_string(
        "inbox/_compose_fields.html", {"form": form, "disclaimer": disclaimer, **place}
    )
    shown = stencils.filled("inbox/_usual_fields.html", **kind, **place, **content)
    return shown.strip(), expected.strip()


def content(**changes):
    return {"subject": "", "text": "", "quote": "", "include_quote": False, **changes}


@pytest.mark.parametrize(
    "changes", [{}, {"subject": "Hail"}, {"subject": ODD, "text": ODD}, {"text": "\n\nHi"}]
)
def test_those_of_a_new_message(changes):
    shown, expected = fields(content(**changes))
    assert shown == expected and 'name="text"' in shown and 'name="quote"' not in shown


@pytest.mark.parametrize("include", [True, False])
@pytest.mark.parametrize("edits", [True, False])
def test_those_of_an_answer(edits, include):
    typed = content(subject=f"Re: {ODD}", text=ODD, quote=f"A wrote:\n> {ODD}", include_quote=include)
    shown, expected = fields(typed, reply=True, has_quote=True, edits_quote=edits)
    assert shown == expected and (" checked" in shown) is include
    assert ('<textarea name="quote"' in shown) is edits


def test_what_an_operator_sets_is_shown_at_once():
    for limit, disclaimer in ((500, "Be <kind>\nto {all}"), (700, ""), (500, "Be brief")):
        shown, expected = fields(content(), max_text=limit, disclaimer=disclaimer)
        assert shown == expected and f"Up to {limit} characters" in shown
    with override("de"):
        assert fields(content()) == (fields(content())[1],) * 2


def test_nothing_of_one_message_is_on_the_page_of_the_next(alice_client):
    """The second page is filled into the same stencil."""
    first = Window(alice_client, COMPOSE).save(subject="Secret one", text="Of the first")
    second = Window(alice_client, COMPOSE)
    assert first.fields["text"] == "Of the first" and second.fields["text"] == ""
    assert not second.shows("Secret one") and "Of the first" not in second.html
