"""Letters whose markup is broken in some way: every word of theirs is shown, formatted or as text, and nothing else."""

import html
import re

import pytest

from inbox.markup.letter import MAX_TEXT
from inbox.rendering import formatted, plain, preview

WORDS = "Dear Anna we will pay 640 euro".split()
# Each has two places for words.
BROKEN = {
    "no end tags": "<html><body><table><tr><td><p><b>{}<p><i>{}",
    "only end tags": "</p></div></table>{}</td></b></html> {}",
    "ends in the wrong order": "<b><i><p>{}</b></i> {}</p></div>",
    "a block in formatting": "<b><div>{}</div><p>{}</b></p>",
    "a table in a paragraph": "<p>{}<table><td>{}</p></table>",
    "words between cells": "<table>{}<tr>{}<td></td></tr></table>",
    "cells without a table": "<td>{}</td><th>{}",
    "items without a list": "<li>{}<dd>{}<li>",
    "a list in a list without an item": "<ul><ul><ul>{}</ul></ul><li>{}",
    "headings in each other": "<h1>{}<h2>{}</h1></h2>",
    "links in links": "<a href=https://a.example>{}<a href=https://b.example>{}</a></a>",
    "a link without an end": "<p><a href='https://a.example'>{}<p>{}",
    "an attribute without an end": "<p title=>{}</p><p title='x>{} ",
    "an attribute with a tag in it": "<p title='<b>' lang=\"</p>\">{}</p> {}",
    "attributes without spaces": "<p title='x'lang='en'id=y>{}<br/>{}",
    "doubled signs": "<p><<b>>{}<</b>> {}",
    "a half tag at the end": "<p>{}</p> {} <a href='https://",
    "a half comment at the end": "<p>{}</p> {} <!-- <p",
    "a half comment before": "<!-- x><p>{}</p> {}",
    "comments in comments": "<!-- <!-- x --> {} --> {}",
    "an empty comment": "<!--> {} <!---> {}",
    "a conditional comment for Outlook": "<!--[if mso]><p>Peek</p><![endif]--><![if !mso]>{}<![endif]> {}",
    "a conditional comment for others": "<!--[if !mso]><!-->{}<!--<![endif]--> {}",
    "a document in a document": "<html><body>{}<html><head><title>x</title></head><body>{}</body></html></body></html>",
    "a title without an end": "<body><p>{}</p><p>{}</p><title>",
    "a title in the body": "<body>{}<title>Untitled</title> {}",
    "an unknown element around all": "<x-html><!DOCTYPE HTML><x:y z>{}</x:y> {}</x-html>",
    "elements of Word": "<p class=MsoNormal>{}<o:p></o:p></p><st1:City w:st='on'>{}</st1:City>",
    "upper case": "<P ALIGN=CENTER><FONT FACE='Arial'>{}</FONT><BR>{}</P>",
    "formatting of the nineties": "<center><font size=+1><blink>{}</blink></font></center><marquee>{}</marquee>",
    "frames": "<frameset><frame src=x><noframes>x</noframes></frameset>{} {}",
    "a form": "<form action=x><label>{}</label><input value=y><button>{}</button></form>",
    "control characters": "<p>\x00{}\x07</p>\x0b{}\x1f",
    "line ends of old Macs": "<p>{}</p>\r\r<p>\r{}",
    "references without an end": "&nbsp{}&nbsp &zwnj;{}",
    "a mark of the order of bytes": "\ufeff<html>{}<p>\ufeff{}</html>\ufeff",
    "zeros between letters": "\x00<\x00p>{} <p>{}",
    "bytes of another charset": "<meta charset=utf-16><p>\x93{}\x94</p>\x96{}",
    "a picture inside": f"<p>{{}}<img src='data:image/png;base64,{'A' * 1_000_000}'></p>{{}}",
    "a large style": f"<style>{'p {{color:red}}' * 30_000}</style>{{}}<script>{'x()' * 100_000}</script> {{}}",
    "a large comment": f"{{}}<!--{'<p>' * 300_000}--> {{}}",
    "5 MB of attributes": f"<p style='{'color:red;' * 250_000}' title={'x' * 2_500_000}>{{}}</p> {{}}",
    "5,000 empty paragraphs": f"{{}}{'<p></p>' * 5_000}{{}}",
    "deep": f"{'<div><span>' * 1_000}{{}}{'</span></div>' * 1_000}{{}}",
    "deep without end tags": f"{'<font color=red>' * 2_000}{{}}{'<blockquote>' * 20}{{}}",
    "a hundred tables": f"{'<table><tr><td>' * 100}{{}}{'</td></tr></table>' * 100}{{}}",
}

FAR = {"5,000 empty paragraphs"}  # A preview looks at the beginning only.


def words(markup):
    text = html.unescape(re.sub("<[^>]*>", " ", markup))
    return [word for word in re.findall(r"\w+", text) if word in WORDS or word in {"Peek", "Untitled", "mso"}]


@pytest.mark.parametrize("name", BROKEN)
def test_every_word_of_a_broken_letter_is_shown(name):
    letter = BROKEN[name].format("Dear Anna we will", "pay 640 euro")
    shown = formatted(letter)
    assert shown is None or (words(shown.markup) == WORDS and not shown.is_cut)
    text = plain(None, letter)
    assert words(text.markup) == WORDS and not text.is_cut
    assert words(preview(None, letter))[:2] == WORDS[:2] or name in FAR


def test_a_letter_of_5_mb_says_that_it_is_cut():
    letter = "<p>Dear Anna " * 400_000
    for shown in (formatted(letter), plain(None, letter)):
        assert shown.is_cut and shown.markup.count("Dear Anna") > 5_000 and len(shown.markup) <= MAX_TEXT * 2
