"""The corpus of hostile letters in Chromium: nothing runs, nothing is asked outside, and the page stays itself.

What stops them is taken away by turns: the policies alone must do, and so must the sanitizing alone. `make test` shows
a sample, `make proof` all of them.
"""

import importlib
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.utils.safestring import mark_safe
from playwright.sync_api import Browser, Page, Route, expect

from inbox.rendering import Shown
from tests.browser.conftest import sign_in
from tests.hostile_letters.corpus import CORPUS, SPIED, TRACE, Hostile
from tests.hostile_letters.test_pages import as_sent
from tests.hostile_letters.upstream import ALICE, hostile_letter, reference, serving
from tests.support.sandbox import Sandbox
from tests.support.wire import Wire

PAGE = 50  # Letters in a list: the most that an operator may set.
FRAMES = 25  # Letters that are shown at the same time, each in a frame.
# As in templates/inbox/message.html.
FRAME_SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
Letters = Sequence[Hostile]


def some_or_all(step: int) -> pytest.MarkDecorator:
    """Each of so many letters; all of them in `make proof`."""
    everything = pytest.param(CORPUS, marks=pytest.mark.proof)
    return pytest.mark.parametrize("letters", [CORPUS[::step], everything], ids=["some", "all"])


class Guarded:
    """A page that may load from the portal and the desk only; everything else is stopped, and told.

    The server elsewhere is a socket of this process: it sees a connection even where a browser reports none.
    """

    def __init__(self, page: Page, origins: tuple[str, ...], elsewhere: Wire) -> None:
        self.page, self.elsewhere = page, elsewhere
        self._origins = tuple(f"{origin}/" for origin in origins)
        self._told: list[str] = []
        page.context.route("**/*", self._pass_on)
        page.context.on("page", lambda opened: self._told.append(f"opened {opened.url}"))
        page.on("dialog", lambda dialog: self._told.append(f"said {dialog.message}") or dialog.dismiss())
        page.on("download", lambda download: self._told.append(f"downloaded {download.url}"))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.elsewhere.port}"

    def _pass_on(self, route: Route) -> None:
        url = route.request.url
        if url.startswith(self._origins) and SPIED not in url:
            route.continue_()
        else:
            self._told.append(f"asked for {url}")
            route.abort()

    def trouble(self) -> list[str]:
        """What letters did since this was last asked. The numbers in it are those of their classes."""
        told = self._told.copy()
        self._told.clear()
        if ran := self.page.evaluate(f"window.{TRACE}"):
            told.append(f"ran {ran}")
        if self.elsewhere.connections:
            told.append(f"{self.elsewhere.connections} connections")
        return told


@pytest.fixture
def elsewhere() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture
def contact_centre(portal, settings) -> Iterator[Wire]:
    with Wire() as wire:
        wire.script(serving([]))
        settings.SECUREMAIL_API_URL = wire.url
        settings.PORTAL_PAGE_SIZE = PAGE
        yield wire


@pytest.fixture
def guard(alice, portal, sandbox: Sandbox, elsewhere, contact_centre) -> Callable[[Page], Guarded]:
    """Signs Alice in on this page."""

    def guard(page: Page) -> Guarded:
        sign_in(page)
        return Guarded(page, (portal, sandbox.root), elsewhere)

    return guard


@pytest.fixture
def unsanitized(monkeypatch) -> None:
    """Letters as they come."""
    # Not by its name alone: `inbox.views.message` is the view as well.
    view = importlib.import_module("inbox.views.message")
    monkeypatch.setattr(view, "formatted", lambda body, **_options: body and Shown(mark_safe(body)))  # noqa: S308  On purpose.


@pytest.fixture
def loud_page(browser: Browser, portal: str) -> Iterator[Page]:
    """A page whose console may tell of what the browser has stopped."""
    context = browser.new_context(base_url=portal)
    yield context.new_page()
    context.close()


def send(contact_centre: Wire, guarded: Guarded, letters: Letters, **userdata: str) -> None:
    contact_centre.script(serving([hostile_letter(hostile, guarded.host) for hostile in letters], userdata))


def groups(letters: Letters, size: int) -> list[Letters]:
    return [letters[first : first + size] for first in range(0, len(letters), size)]


def is_itself(page: Page) -> bool:
    """Whether each link, button and field in view can be pressed, a frame keeps to its place, and nothing is beside.

    What lies under the page's own bar at the foot of a phone comes into view by scrolling.
    """
    return page.evaluate(
        """() => {
            const isCovered = (element) => {
                const { x, y, width, height } = element.getBoundingClientRect();
                const [left, top] = [x + width / 2, y + height / 2];
                if (width < 2 || !element.checkVisibility() || left < 0 || top < 0 || top >= innerHeight) return false;
                const found = document.elementFromPoint(left, top);
                const isUnderBar = found?.closest(".message-actions, .compose-button");
                return !element.contains(found) && !element.labels?.[0]?.contains(found) && !isUnderBar;
            };
            const isOut = (frame) => {
                const [inner, outer] = [frame, frame.closest("article")].map((part) => part.getBoundingClientRect());
                return inner.left < outer.left || inner.right > outer.right || inner.bottom > outer.bottom + 1;
            };
            const controls = [...document.querySelectorAll("a, button, summary, input, textarea")];
            const frames = [...document.querySelectorAll("iframe")];
            return !controls.some(isCovered) && !frames.some(isOut) &&
                document.documentElement.scrollWidth <= innerWidth;
        }"""
    )


@some_or_all(34)
def test_lists_of_subjects_names_and_first_words(contact_centre, guard, open_page, letters):
    guarded = guard(open_page())
    page = guarded.page
    for chosen in groups(letters, PAGE):
        send(contact_centre, guarded, chosen)
        page.goto("/inbox/claims/")
        assert page.locator(".mail").count() == len(chosen)
        assert is_itself(page) and guarded.trouble() == []
    page.get_by_label("Select all").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name=f"Delete {len(chosen)} message")).to_be_visible()


@some_or_all(100)
def test_letters_on_their_pages_and_on_paper(contact_centre, guard, open_page, letters):
    guarded = guard(open_page(viewport={"width": 390, "height": 800}))
    page = guarded.page
    for hostile in letters:
        send(contact_centre, guarded, [hostile])
        page.goto(f"/inbox/claims/{reference(hostile)}/?view=formatted")
        assert guarded.trouble() == [] and is_itself(page), hostile
        assert page.title().endswith(" · Secure messages"), hostile
        page.emulate_media(media="print")
        assert guarded.trouble() == [], hostile
        page.emulate_media(media="screen")
    page.locator("summary", has_text="Delete").first.click()
    expect(page.get_by_role("button", name="Delete this message")).to_be_visible()


@some_or_all(32)
def test_text_details_and_drafts(contact_centre, guard, open_page, letters):
    """Many letters in one: as a text with links, as userdata, and typed, saved, restored and shown after a reload."""
    guarded = guard(open_page())
    page = guarded.page
    for chosen in groups([hostile for hostile in letters if len(hostile.content()) < 2_000], PAGE):
        text, hostile = "\n".join(as_sent(one.content(guarded.host)) for one in chosen), chosen[0]
        mail = {**hostile_letter(hostile, guarded.host), "text": text}
        contact_centre.script(serving([mail], {"CaseNumber": text}))
        address = f"/inbox/claims/{reference(hostile)}/"
        for path in (address, f"{address}details/", f"/inbox/claims/compose/?reply={reference(hostile)}"):
            page.goto(path)
            assert guarded.trouble() == [], path
        field = page.get_by_label("Message", exact=True)
        field.fill(text.replace("\0", ""))
        typed = field.input_value()
        page.get_by_role("button", name="Save draft").last.click()
        expect(page.locator("[data-save-state]")).to_contain_text("Saved")
        page.reload()
        expect(field).to_have_value(typed)
        assert guarded.trouble() == []


@some_or_all(32)
def test_the_agents_desk(sandbox, guard, open_page, letters):
    guarded = guard(open_page())
    contents = [as_sent(hostile.content(guarded.host)) for hostile in letters]
    ids = sandbox.add_many(
        [
            {"address": ALICE, "direction": "inbound", "subject": text, "text": text, "from_name": text}
            for text in contents
        ]
    )
    for path in ("", f"messages/{ids[0]}/"):
        guarded.page.goto(f"{sandbox.root}/desk/{path}")
        expect(guarded.page.get_by_role("heading").first).to_be_visible()
        assert guarded.trouble() == []


@some_or_all(32)
@pytest.mark.proof
def test_the_sanitizing_alone_leaves_nothing_to_stop(contact_centre, guard, open_page, letters):
    """Without the policies of the page and of the frame."""
    guarded = guard(open_page(bypass_csp=True))
    show_in_frames(contact_centre, guarded, letters, sandbox=None)
    assert guarded.trouble() == []


@some_or_all(32)
@pytest.mark.proof
def test_the_policies_alone_stop_every_letter(contact_centre, guard, loud_page, unsanitized, letters):
    guarded = guard(loud_page)
    show_in_frames(contact_centre, guarded, letters, sandbox=FRAME_SANDBOX)
    assert guarded.trouble() == []


def test_without_either_letters_run_and_ask(contact_centre, guard, open_page, unsanitized):
    """So that the tests above would see it."""
    guarded = guard(open_page(bypass_csp=True))
    image, svg = (next(h for h in CORPUS if h.name == name) for name in ("remote-img", "handler-svg-load"))
    show_in_frames(contact_centre, guarded, [image, svg], sandbox=None)
    asked = f"asked for https://{guarded.host}{SPIED}{image.number}"
    assert guarded.trouble() == [asked, f"ran {svg.number}"]


def show_in_frames(contact_centre: Wire, guarded: Guarded, letters: Letters, sandbox: str | None) -> None:
    """The letters as `/body/` shows them, some at a time, in frames with this sandbox or with none."""
    send(contact_centre, guarded, letters)
    for chosen in groups(letters, FRAMES):
        statuses = guarded.page.evaluate(
            """async ([addresses, sandbox]) => {
                document.querySelectorAll("iframe").forEach((frame) => frame.remove());
                const show = async (address) => {
                    const frame = document.createElement("iframe");
                    if (sandbox !== null) frame.sandbox = sandbox;
                    const loaded = new Promise((resolve) => (frame.onload = resolve));
                    frame.src = address;
                    document.body.append(frame);
                    await loaded;
                    return frame.contentWindow.performance.getEntriesByType("navigation")[0]?.responseStatus;
                };
                return Promise.all(addresses.map(show));
            }""",
            [[f"/inbox/claims/{reference(hostile)}/body/" for hostile in chosen], sandbox],
        )
        assert set(statuses) == {200}
