import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.characters import has_visible, one_line, tidied, with_few_marks

FLAG_OF_WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n"])
def test_every_line_break_becomes_the_same(line_break):
    assert tidied(f"one{line_break}two{line_break}{line_break}") == "one\ntwo\n\n"


@pytest.mark.parametrize(
    "sign",
    [
        "\0",
        "\x07",
        "\x1b",
        "\x7f",
        "\x80",
        "\x9f",
        "\u202d",
        "\u202e",
        "\ufeff",
        "\u200b",
        "\u2060",
        "\U000e0041",
    ],
)
def test_what_is_invisible_vanishes(sign):
    assert tidied(f"{sign}pass{sign}{sign}word{sign}") == "password"


def test_a_text_is_tidied_the_same_whatever_else_is_in_it():
    signs = map(chr, (*range(0xD800), *range(0xE000, 0x10000), *range(0xE0000, 0xE0100)))
    # A "\r" has to be replaced, so such a text is never passed as it is.
    assert all(tidied(f"a{sign}b") == tidied(f"\ra{sign}b")[1:] for sign in signs)


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\nc",
        "می\u200cخواهم",  # A joiner that Persian needs.
        "क्\u200dष",
        "👩\u200d👩\u200d👧 ❤\ufe0f",
        f"{FLAG_OF_WALES}!",
        "ខ្ញុំ\u200bទៅ",  # Khmer words are separated by a space without width.
        "\u200fעברית\u200e",
        "Do\xadnau",
        "e\u0301 \xa0",
    ],
)
def test_what_scripts_and_emoji_need_stays(text):
    assert tidied(text) == text


def test_a_line_has_no_breaks_and_nothing_that_turns_what_follows():
    assert one_line("two\v\nlines\t\u2067x\u202e") == "two lines x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\xa0\u3000",
        "\u200b\u200c\u200d\ufeff",
        "\xad\u2060\u180e",
        "\u2800\u3164\uffa0",
        "\x00\x07",
    ],
)
def test_nothing_to_see(text):
    assert not has_visible(text)


@pytest.mark.parametrize("text", [".", "\n\n0", "\u200b–", "ا", "👍", "\u200e字"])
def test_something_to_see(text):
    assert has_visible(text)


def test_a_letter_has_as_many_marks_as_a_script_can_need():
    assert with_few_marks("a" + "\u0301" * 10_000 + "b") == "a" + "\u0301" * 30 + "b"
    usual = "Việt ก็ทุ่ม שָׁלוֹם हिन्दी " + "❤\ufe0f" * 50 + "。" * 50
    assert with_few_marks(usual) == usual


@given(st.text())
def test_only_controls_formats_and_line_breaks_are_changed(text):
    def rest(text):
        return [c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp"}]

    assert rest(tidied(text)) == rest(text)
    assert tidied(tidied(text)) == tidied(text)
