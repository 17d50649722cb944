"""The theme: everything derives from a few values of the company's, and its contrast is checked at the start."""

import pytest
from django.conf import settings
from django.core.checks import run_checks

from portal.brand import theme

OURS = (settings.BASE_DIR / "static/css/portal.css").read_text()
# As releases before had it: installations have files like this one.
FORMER = """:root { --brand: #1d5b79; --brand-strong: #134358; --on-brand: #ffffff; --brand-soft: #e3eff5; }
@supports (color: light-dark(red, red)) {
  :root {
    --brand: light-dark(#1d5b79, #8cc8e6); --brand-strong: light-dark(#134358, #b4ddf1);
    --on-brand: light-dark(#ffffff, #0c2230); --brand-soft: light-dark(#e3eff5, #1c3442);
  }
}"""


@pytest.fixture
def found(settings, tmp_path):
    """What the checks say of a company's file."""

    def found(css: str) -> list[str]:
        settings.PORTAL_BRAND_DIR = str(tmp_path)
        (tmp_path / "theme.css").write_text(css)
        return [f"{message.id} {message.msg}" for message in run_checks(tags=["portal"])]

    return found


@pytest.mark.parametrize("css", ["", FORMER], ids=["ours", "of a former release"])
def test_a_good_theme_passes(found, css):
    assert found(css) == []


def test_a_pair_that_cannot_be_read_is_named_with_its_contrast(found):
    (message,) = found(":root { --on-brand: light-dark(#8aa, #0c2230); --brand-strong: #000; }")[:1]
    assert message.startswith("portal.W070") and message.endswith(
        "theme.css: --on-brand on --brand has a contrast of 2.97 : 1 on light pages."
    )


def test_what_derives_from_a_colour_is_compared_too(found):
    messages = found(":root { --ink: #999999; }")
    assert any("--soft on --page" in message for message in messages)


def test_a_dark_page_may_have_its_colours_from_a_media_query(found):
    assert found("@media (prefers-color-scheme: dark) { :root { --brand: #9cf; --on-brand: #000; } }") == []
    messages = found("@media (prefers-color-scheme: dark) { :root { --brand: #1d5b79; } }")
    assert messages and all("dark pages" in message for message in messages)


def test_a_colour_that_cannot_be_read_is_said_and_stops_nothing(found):
    messages = found(":root { --header: oklch(40% .1 200); }")
    assert [message.split()[0] for message in messages] == ["portal.W071"]
    assert "oklch(40% .1 200)" in messages[0]


def test_properties_that_name_each_other_are_unknown_colours():
    looped = theme.read(OURS, ":root { --ink: var(--page); --page: var(--ink); }")
    with pytest.raises(theme.UnknownColour):
        looped.colour("--ink", "light")


@pytest.mark.parametrize("scheme", theme.SCHEMES)
@pytest.mark.parametrize("number", range(1, 9))
def test_a_departments_colour_can_be_read_wherever_it_stands(scheme, number):
    colours, box = theme.read(OURS, ""), f"--box-{number}"
    assert colours.contrast("--on-box", box, scheme) >= 4.5
    assert all(
        colours.contrast(box, ground, scheme) >= 4.5 for ground in ("--surface", "--page", "--brand-soft")
    )


@pytest.mark.parametrize("scheme", theme.SCHEMES)
def test_notices_can_be_read_and_the_edges_of_fields_be_seen(scheme):
    colours = theme.read(OURS, "")
    for ground in ("--info-soft", "--ok-soft", "--danger-soft"):
        assert all(colours.contrast(words, ground, scheme) >= 4.5 for words in ("--ink", "--soft", "--brand"))
    assert colours.contrast("--danger", "--danger-soft", scheme) >= 4.5
    assert all(colours.contrast("--edge", ground, scheme) >= 3 for ground in ("--surface", "--page"))


def test_the_known_contrasts_of_the_standard():
    mixed = "--d: color-mix(in srgb, #000 50%, #fff);"
    colours = theme.read(f":root {{ --a: #777; --b: white; --c: rgb(0 0 0); {mixed} }}", "")
    assert round(colours.contrast("--a", "--b", "light"), 2) == 4.48
    assert round(colours.contrast("--b", "--c", "light"), 2) == 21
    assert theme.as_hex(colours.colour("--d", "light")) == "#808080"
