"""What a stencil shows is what its template shows; it keeps no text, and takes nothing that could change."""

import re

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import override

from inbox.conversations.state import State
from inbox.models import Securebox
from portal import stencils
from tests.conftest import sign_in

ROW = "inbox/_row.html"
TEXTS = {
    "anchor": "c-1",
    "url": "/inbox/claims/o.1/?new&page=2",
    "who": "Claims & <b>Co</b>",
    "initials": "C",
    "subject": 'Your {claim} \ue000who\ue001 "100 %"',
    "preview": "Dear Alice",
    "date": format_html("<b>{}</b>", "3 Nov"),
    "date_for_machines": "2026-11-03T14:05:00Z",
    "received": "o.1 o.2",
}
KIND = {
    "sent": False,
    "count": 1,
    "unread": 0,
    "state": None,
    "goes_back": False,
    "has_draft": False,
    "is_current": False,
}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"unread": 2, "count": 3, "goes_back": True},
        {"sent": True, "state": State.WAITING, "has_draft": True, "is_current": True},
        {"preview": "", "received": "", "who": "Bob"},
        {"date": "", "date_for_machines": ""},
    ],
)
def test_it_is_filled_as_its_template_is_rendered(values):
    values = {**TEXTS, **KIND, **values}
    for _again in range(2):
        assert stencils.filled(ROW, **values) == render_to_string(ROW, values)


def test_several_are_filled_one_after_the_other():
    rows = [{**TEXTS, **KIND, "unread": number} for number in range(3)]
    assert stencils.each_filled(ROW, rows) == "".join(render_to_string(ROW, row) for row in rows)


ACTIONS = {
    "slug": stencils.Kind("claims"),
    "reference": "o.m-1.Zq_9",
    "own_url": "/inbox/claims/o.m-1.Zq_9/",
    "may_answer": True,
    "sent": False,
    "has_draft": False,
    "conversation": "o.m-1.Zq_9 i.m-2.X",
    "may_delete": True,
    "received": "o.m-1.Zq_9 o.m-3.Y",
    "number_received": 2,
    "newer_url": "/inbox/claims/o.0.A/?new&page=2",
    "older_url": "",
    "suffix": "?page=2",
    "more": "&page=2",
    "place_fields": "",
    "csrf_field": "",
}


@pytest.mark.parametrize("reference", ["o.m-1.Zq_9", "u.2.-"])
def test_an_address_is_made_of_a_text_that_needs_no_quoting(reference):
    values = {**ACTIONS, "reference": reference}
    html = stencils.filled("inbox/_actions.html", **values)
    assert html == render_to_string("inbox/_actions.html", values)
    assert f'action="/inbox/claims/{reference}/delete/?page=2"' in html


def test_the_mark_of_a_gap_in_an_address_is_a_text_like_others():
    kinds = {"slug": stencils.Kind("claims"), "status": stencils.Kind("all")}
    html = stencils.filled("inbox/_filters.html", list_url="/%EE%80%80status%EE%80%81/", **kinds)
    assert 'href="/%EE%80%80status%EE%80%81/' in html


def test_it_is_in_the_language_of_the_page():
    plain = stencils.filled("inbox/_filters.html", list_url="/", status=stencils.Kind("all"))
    with override("ar"):
        assert stencils.filled("inbox/_filters.html", list_url="/", status=stencils.Kind("all")) != plain
    assert stencils.filled("inbox/_filters.html", list_url="/", status=stencils.Kind("all")) == plain


def test_the_tag_fills_it_and_a_text_to_compare_is_marked():
    template = Template("{% fill 'inbox/_filters.html' list_url=url status=status|kind %}")
    html = template.render(Context({"url": "/inbox/claims/", "status": "unread"}))
    assert 'href="/inbox/claims/?status=unread" aria-current="page"' in html


@pytest.mark.django_db
def test_a_page_has_the_session_and_the_reader_of_its_own_request(alice, bob, claims, sandbox):
    pages = [sign_in(one).get("/accounts/").content.decode() for one in (alice, bob)]
    tokens = [set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)) for page in pages]
    readers = [set(re.findall(r'(?:data-reader=|name="reader" value=)"([^"]+)"', page)) for page in pages]
    # All forms of a page have one token, which no other page has.
    assert [len(found) for found in tokens + readers] == [1, 1, 1, 1]
    assert tokens[0] != tokens[1] and readers[0] != readers[1]


def test_no_text_is_kept():
    stencils.filled(ROW, **{**TEXTS, **KIND, "subject": "A canary"})
    stencils.filled(ROW, **{**TEXTS, **KIND, "subject": "A canary", "unread": 7})
    known = stencils._kept_stencil.cache_info().currsize
    stencils.filled(ROW, **{**TEXTS, **KIND, "subject": "Another one"})
    assert stencils._kept_stencil.cache_info().currsize == known


def test_an_object_that_may_change_makes_no_kind():
    with pytest.raises(TypeError, match="box is a Securebox"):
        stencils.filled("inbox/_filters.html", box=Securebox(pk=1, title="Claims"))


def test_what_makes_a_kind_may_be_any_text():
    values = {"number": 1, "slug": stencils.Kind("claims"), "unread": "3", "is_open": False}
    values |= {"reply_hours": None, "reply_working_days": None, "reply_time": stencils.Kind("")}
    values |= {"description": stencils.Kind("{unread} <b>")}
    html = stencils.filled("_navigation_box.html", title=stencils.Kind("A \ue000unread\ue001 {0}"), **values)
    assert ">A unread {0}</span>" in html and "{unread} &lt;b&gt;" in html


@pytest.mark.parametrize("mark", ["%EE%80%80", "%EE%\ue00080%80", "%EE%80%EE%80%8080%80"])
def test_what_makes_a_kind_may_look_like_a_gap_in_an_address(mark):
    values = {"description": stencils.Kind(""), "number": 1, "slug": stencils.Kind("claims"), "unread": "3"}
    values |= {"reply_hours": None, "reply_working_days": None, "reply_time": stencils.Kind("")}
    title = stencils.Kind(f"A {mark}unread%EE%80%81")
    html = stencils.filled("_navigation_box.html", title=title, is_open=False, **values)
    shown = mark.replace("\ue000", "").replace("%EE%80%80", "%ee%80%80")
    assert f">A {shown}unread%ee%80%81</span>" in html
