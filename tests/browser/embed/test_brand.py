"""A website's own look in its frames, from the first paint on and nowhere else."""

import zlib
from struct import pack

from playwright.sync_api import expect

from tests.browser.accessibility import axe_violations
from tests.browser.embed.embedding_site import EmbeddingSite, frame_document, sign_in_within

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
LOOK = {
    "shown_name": "Northwind",
    "brand": "#7a1f5c",
    "on_brand": "#fff",
    "page": "#fdf6e3",
    "header": "#7a1f5c",
    "on_header": "#ffffff",
    "corners": 0,
}
# Whether the browser painted nothing before it had the website's sheet.
WAITED_FOR = """() => performance.getEntriesByType("resource").find(
  ({ name }) => name.includes("/embed/brand/") && name.endsWith(".css")
).renderBlockingStatus"""
COLOURS = """() => [
  getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.querySelector("button.button, a.button")).backgroundColor,
]"""
CREAM, PURPLE, WHITE = "rgb(253, 246, 227)", "rgb(122, 31, 92)", "rgb(255, 255, 255)"


def picture() -> bytes:
    """A purple square of 28 pixels, as a PNG."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))

    rows = (b"\x00" + b"\xf0\xa9\xd0" * 28) * 28
    head = pack(">2I5B", 28, 28, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_website_shows_its_own_look_from_the_first_paint_on(cross_site, open_page, sandbox, portal, alice):
    website = cross_site.list_in_portal(**LOOK)
    website.set_logo(picture())
    website.save()
    sandbox.add(alice.email, "Your claim", securebox="Claims01", text="", html="<h2>It is settled</h2>")
    page = open_page(color_scheme="light")
    frame = cross_site.show(page, CLAIMS)
    expect(frame.get_by_text("Northwind", exact=True)).to_be_visible()
    inside = frame_document(page)
    assert inside.evaluate(WAITED_FOR) == "blocking"
    assert inside.evaluate(COLOURS) == [CREAM, PURPLE]
    assert inside.evaluate("document.querySelector('.brand img').naturalWidth") == 28
    link = frame.get_by_role("link", name="Open in a new window")
    assert link.evaluate("link => getComputedStyle(link).color") == WHITE
    assert axe_violations(page) == []
    sign_in_within(frame)
    frame.get_by_role("link", name="Your claim").click()
    letter = frame.frame_locator("iframe.message-frame")
    expect(letter.get_by_role("heading", name="It is settled")).to_be_visible()
    accent = letter.locator("html").evaluate("html => getComputedStyle(html).getPropertyValue('--brand')")
    assert "#7a1f5c" in accent
    assert axe_violations(page) == []
    with EmbeddingSite(portal, same_site=True) as other:
        other.list_in_portal()
        frame = other.show(page, CLAIMS)
        expect(frame.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        assert not {CREAM, PURPLE} & set(frame_document(page).evaluate(COLOURS))
        expect(frame.get_by_text("Northwind")).to_have_count(0)
