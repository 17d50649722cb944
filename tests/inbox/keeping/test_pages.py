"""Messages as pages that stand alone."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

from inbox.keeping.copies import conversation, copy_of
from inbox.keeping.pages import page_of
from inbox.securemail import Attachments
from tests.inbox.keeping.letters import MAILBOX, READER, entry


def page(**fields):
    return page_of([copy_of(entry(**fields), MAILBOX, READER)], READER.email).decode()


def test_it_says_who_when_and_for_which_department():
    html = page(subject="<i>Knee</i>")
    assert "<title>" in html and '<h1 dir="auto">&lt;i&gt;Knee&lt;/i&gt;</h1>' in html
    for words in ("Claims", "Anna Berg (Claims)", "Alice Example", "3 November 2024", "Hello"):
        assert words in html


def test_its_policy_allows_its_own_style_sheet_and_nothing_else():
    html = page()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    (styles,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    hashed = b64encode(sha256(styles.encode()).digest()).decode()
    assert (
        unescape(policy)
        == f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    )
    assert "@media print" in styles and "url(" not in styles and "@import" not in styles


def test_nothing_in_it_is_loaded_or_run():
    html = page(
        text="STYLES",
        html='<p onclick="x()">Hi <b>you</b></p><img src="https://spy.example/"><script>x()</script>',
    )
    assert not re.search(r"<(?:script|img|link|iframe|form|object)|\ssrc=|\son\w+=", html)
    assert "<b>you</b>" in html


def test_words_of_the_letter_are_never_replaced():
    assert page(subject="STYLES", text="STYLES").count("STYLES") == 3  # Title, heading, text.


def test_files_pictures_and_letters_without_words_are_noted():
    assert "1 file came with this message. It isn’t included." in unescape(
        page(attachments=Attachments(count=1))
    )
    assert "This message has no text." in page(text="", html=None)
    assert "1 picture isn’t included." in unescape(
        page(text="", html='<img src="https://a.example/x.png" width="300">')
    )


def test_a_conversation_is_one_page_the_oldest_first():
    copies = conversation(
        [entry("m1", own=True, text="First"), entry("m2", subject="Re: Your claim", text="Second")],
        MAILBOX,
        READER,
    )
    html = page_of(copies, READER.email).decode()
    assert html.index("First") < html.index("Second") and html.count('class="copy"') == 2
    assert "Re: Your claim" in html
