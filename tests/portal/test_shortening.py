"""The script for websites, shortened: names that nothing outside it knows, and nothing else."""

import pytest

from portal.shortening import shorten


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("const total=1;f(total);", "const a=1;f(a);"),
        ("function add(){return 1;}\nadd();", "function a(){return 1;}\na();"),
        ("class A{#count=0;more(){this.#count+=1;}}", "class a{#a=0;more(){this.#a+=1;}}"),
        ("const a=1,total=2;a+total;", "const b=1,total=2;b+total;"),
    ],
)
def test_names_of_its_own_become_short(text, shortened):
    assert shorten(text) == shortened


@pytest.mark.parametrize(
    "text",
    [
        "const total=1;f(o.total);",
        "const total=1;f({total});",
        "const total=1;f({total:total});",
        "function f0({total=1}){};let total=2;",
        'const total=1;f("the total");',
        "const total=1;f(`${total}`);",
        "const total=1;f(/^total$/);",
        "const total=1;class A0{total(){}}",
    ],
)
def test_what_may_be_a_property_or_a_text_stays(text):
    assert "total" in shorten(text).replace("A0", "") and shorten(text).count("total") == text.count("total")


def test_a_style_sheet_loses_its_space_and_its_comments():
    text = "s.replaceSync(`\n/* It's\nred */\n:host { color: red; }\n.a > b, c :not(d) { width: calc(1em + 2px) }\n`);"
    assert shorten(text) == "s.replaceSync(`:host{color:red}.a > b,c :not(d){width:calc(1em + 2px)}`);"
