"""Pages whose own style would hide the launcher, or squeeze the inbox."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import LAUNCHER

WIDTH, HEIGHT = 1280, 720
SET_STYLE = """rules => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""
ON_TOP = "([x, y]) => document.elementFromPoint(x, y)?.localName"
HOSTILE = (
    "* { all: unset }",
    "body { transform: rotate(0); block-size: 3000px }",
    "html { zoom: 2 }",
    "#bar { position: fixed; inset: 0; z-index: 2147483647 }",
    "body { pointer-events: none; filter: grayscale(1); contain: paint; block-size: 10px }",
)


def middle(box: dict[str, float]) -> list[float]:
    return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]


def test_launcher_and_panel_are_in_the_corner_and_above_everything(visit):
    page = visit(f"{LAUNCHER}<div id='bar'></div>", viewport={"width": WIDTH, "height": HEIGHT}).page
    button, panel = page.get_by_role("button", name="Messages"), page.get_by_role("dialog")
    for rules in HOSTILE:
        page.evaluate(SET_STYLE, rules)
        corner = button.bounding_box()
        assert 0 < WIDTH - corner["x"] - corner["width"] <= 40, rules
        assert 0 < HEIGHT - corner["y"] - corner["height"] <= 40, rules
        assert page.evaluate(ON_TOP, middle(corner)) == "secure-inbox-launcher", rules
        button.click()
        box = panel.bounding_box()
        assert min(box["x"], box["y"]) >= 0 and box["x"] + box["width"] <= WIDTH, rules
        assert box["y"] + box["height"] <= corner["y"], rules
        assert page.evaluate(ON_TOP, middle(box)) == "secure-inbox-launcher", rules
        page.get_by_role("button", name="Close").click()
        expect(panel).to_be_hidden()


def test_the_website_may_set_the_launchers_place(visit):
    page = visit(f"<div id='bar'></div>{LAUNCHER}", viewport={"width": WIDTH, "height": HEIGHT}).page
    button = page.get_by_role("button", name="Messages")
    page.evaluate(SET_STYLE, ":root { --secure-inbox-offset-x: 10px; --secure-inbox-offset-y: 90px }")
    corner = button.bounding_box()
    assert (WIDTH - corner["x"] - corner["width"], HEIGHT - corner["y"] - corner["height"]) == (10, 90)
    bar = "#bar { position: fixed; inset: 0; z-index: 6 }"
    page.evaluate(SET_STYLE, f":root {{ --secure-inbox-z-index: 5 }} {bar}")
    page.evaluate("document.body.append(document.querySelector('secure-inbox-launcher'))")
    assert page.evaluate(ON_TOP, middle(button.bounding_box())) == "div"


def test_a_website_may_have_a_button_of_its_own(visit):
    page = visit("<button>Letters</button><secure-inbox-launcher no-button></secure-inbox-launcher>").page
    page.evaluate("void (document.querySelector('button').onclick = () => SecureInbox.toggle())")
    expect(page.get_by_role("button")).to_have_text(["Letters"])
    for is_open in (True, False):
        page.get_by_role("button", name="Letters").click()
        expect(page.get_by_role("dialog")).to_be_visible(visible=is_open)
        assert page.evaluate("SecureInbox.isOpen()") is is_open


@pytest.mark.parametrize(
    ("rules", "share"),
    [
        ("main { display: flex }", 0.5),
        ("main { display: flex; flex-direction: column; align-items: center }", 1),
        ("main { display: grid; justify-items: center } secure-inbox { margin-inline: 20px }", 1),
    ],
)
def test_an_inbox_takes_the_width_of_its_place(visit, rules, share):
    page = visit("<secure-inbox></secure-inbox>").page
    page.evaluate(SET_STYLE, rules)
    place, box = page.locator("main").bounding_box(), page.locator("secure-inbox").bounding_box()
    margins = 40 if "margin" in rules else 0
    assert box["width"] >= share * place["width"] - margins
    assert box["x"] + box["width"] + margins / 2 == pytest.approx(place["x"] + place["width"], abs=1)
