"""What a launcher and a badge cost a page of the company's website. `make bench` prints it."""

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import CDPSession, Page, Request

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, wait_until
from tests.browser.embed.fake_portal import BADGE, LAUNCHER, LOG

MOST_REQUESTS, MOST_BYTES = 4, 14 * 1024
ROUNDS = 7  # Of a page with the script and one without, in turns.
SHIFTS = """
let shifts = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) shifts += value;
}).observe({ type: "layout-shift", buffered: true });
"""
# What a page tells once it shows the count; and one without the portal's script, once it is loaded.
SHOWN = "Shown."
TELL_COUNT = f"""
document.addEventListener("secure-inbox:unread", ({{ detail }}) => detail.total === 1 && console.info("{SHOWN}"));
"""
TELL_LOADED = f'addEventListener("load", () => console.info("{SHOWN}"));'
DRAWN = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


@pytest.fixture
def page(cross_site, open_page, sandbox, alice) -> Page:
    """The website has handed Alice over; she has a message that she has not read."""
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    cross_site.show(page, BADGE, IDENTIFY)
    wait_until(page, f"{TOTALS}.includes(1)")
    return page


def size(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def show_without_cache(page: Page, address: str, portal: str) -> list[Request]:
    """Returns the requests to the portal until a count is there."""
    requests: list[Request] = []
    page.route("**/unused", lambda route: route.abort())  # With a route, the browser uses no cache.
    page.goto(urljoin(address, "/site.css"))  # The former page's requests are none of this one's.
    page.on("requestfinished", lambda request: request.url.startswith(portal) and requests.append(request))
    page.goto(address)
    wait_until(page, f"{TOTALS}.includes(1)")
    return requests


def test_launcher_and_badge_are_small_and_move_nothing(cross_site, page):
    cross_site.write(BADGE + LAUNCHER + "<p>The company.</p>", LOG + SHIFTS, "/home/")
    requests = show_without_cache(page, f"{cross_site.url}/home/", cross_site.portal)
    costs = {request.url.removeprefix(cross_site.portal): size(request) for request in requests}
    print(f"A launcher and a badge cost {len(costs)} requests and {sum(costs.values())} bytes: {costs}")  # noqa: T201
    assert len(requests) <= MOST_REQUESTS and sum(costs.values()) <= MOST_BYTES, costs
    assert page.evaluate("shifts") == 0


@pytest.mark.proof
@pytest.mark.parametrize("times", [1, 4])
def test_on_a_slow_phone_nothing_moves_either(cross_site, page, times):
    """And prints how long the page's own main thread works: the portal's frames have theirs."""
    page.route("**/unused", lambda route: route.abort())
    thread = page.context.new_cdp_session(page)
    # What it works, and not what it waits for a processor of a busy machine.
    thread.send("Performance.enable", {"timeDomain": "threadTicks"})
    thread.send("Emulation.setCPUThrottlingRate", {"rate": times})
    body = BADGE + LAUNCHER + "<p>The company.</p>"
    cross_site.write(body, LOG + SHIFTS + TELL_COUNT, "/home/")
    cross_site.write(body, LOG + SHIFTS + TELL_LOADED, "/plain/")
    cross_site.answers["/plain/"] = ("text/html", without_script(cross_site.answers["/plain/"][1]))
    more = []
    for _round in range(ROUNDS):
        plain = busy(page, thread, f"{cross_site.url}/plain/")
        more.append(busy(page, thread, f"{cross_site.url}/home/") - plain)
        assert page.evaluate("shifts") == 0
    milliseconds = " ".join(f"{1000 * one:.0f}" for one in sorted(more))
    print(f"A launcher and a badge cost the main thread, {times} x slowed, in ms: {milliseconds}")  # noqa: T201


def without_script(html: str) -> str:
    plain = re.sub(r'<script type="module".*?</script>', "", html)
    assert plain != html
    return plain


def busy(page: Page, thread: CDPSession, address: str) -> float:
    """Seconds that the main thread works until the page shows what it tells on its console."""
    # A page without a script, in the same process, whose time is counted.
    page.goto(urljoin(address, "/site.css"))
    page.evaluate(DRAWN)
    began = task_seconds(thread)
    # To look again and again whether it is there would cost the page more than what is measured.
    with page.expect_console_message(lambda message: message.text == SHOWN):
        page.goto(address)
    page.evaluate(DRAWN)
    return task_seconds(thread) - began


def task_seconds(thread: CDPSession) -> float:
    metrics = thread.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))
