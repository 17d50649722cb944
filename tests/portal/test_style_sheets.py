"""Style sheets as they are collected: shorter, and the company's theme within the one of all pages."""

import pytest

from portal.style_sheets import shorten, with_theme

IMPORT = '@import "../brand/theme.css";'
SHEET = f"/* Ours */\n{IMPORT}\n:where(:root) {{ --brand: blue; }}\n"


@pytest.mark.parametrize(
    ("sheet", "short"),
    [
        ("/* It's\nours */\n:host { color: red; }\n", ":host{color:red}"),
        (".a > b, c :not(d) { width: calc(1em + 2px) }", ".a > b,c :not(d){width:calc(1em + 2px)}"),
        (
            "@media (min-width: 40rem) and (hover) { a { b: c; } }",
            "@media (min-width:40rem) and (hover){a{b:c}}",
        ),
        ('a::before { content: "a  /* b */ ; }"; }', 'a::before{content:"a  /* b */ ; }"}'),
        ("a { b: '\\'  { '; } /* open", "a{b:'\\'  { '}"),
    ],
)
def test_comments_and_space_go_and_nothing_else(sheet, short):
    assert shorten(sheet) == short


def test_the_theme_stands_where_it_was_imported():
    joined = with_theme(SHEET, ":root { --brand: red; }")
    assert shorten(joined) == ":root{--brand:red}:where(:root){--brand:blue}"


@pytest.mark.parametrize(
    ("address", "joined"),
    [
        ("url(own.woff2)", "url(../brand/own.woff2)"),
        ("url( 'fonts/own.woff2' )", "url('../brand/fonts/own.woff2' )"),
        ("url(../own.woff2)", "url(../brand/../own.woff2)"),
        ("url(/static/own.woff2)", "url(/static/own.woff2)"),
        ('url("data:font/woff2;base64,AA")', 'url("data:font/woff2;base64,AA")'),
        ("url(https://example.com/own.woff2)", "url(https://example.com/own.woff2)"),
        ("url(#own)", "url(#own)"),
    ],
)
def test_its_files_are_found_from_there(address, joined):
    theme = f"@font-face {{ font-family: Own; src: {address}; }}"
    assert joined in with_theme(SHEET, theme)


@pytest.mark.parametrize(
    "theme",
    [
        '@import "more.css"; :root { --brand: red; }',
        ":root { --brand: red;",
        ":root { --brand: red; } }",
        ":root { --brand: red; } /* open",
    ],
)
def test_a_theme_that_would_change_what_follows_stays_a_file_of_its_own(theme):
    assert with_theme(SHEET, theme) == SHEET


def test_brackets_in_comments_and_texts_are_none():
    theme = '/* { */ :root { --quote: "}"; }'
    assert IMPORT not in with_theme(SHEET, theme)
