"""What a launcher and a badge cost a page of the company's website."""

from playwright.sync_api import Page, Request

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, wait_until
from tests.browser.embed.fake_portal import BADGE, LAUNCHER

MOST_REQUESTS, MOST_BYTES = 4, 14 * 1024
SHIFTS = """
let shifts = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) shifts += value;
}).observe({ type: "layout-shift", buffered: true });
"""


def size(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def show_without_cache(page: Page, address: str, portal: str) -> list[Request]:
    """Returns the requests to the portal until a count is there."""
    requests: list[Request] = []
    page.route("**/unused", lambda route: route.abort())  # With a route, the browser uses no cache.
    page.on("requestfinished", lambda request: request.url.startswith(portal) and requests.append(request))
    page.goto(address)
    wait_until(page, f"{TOTALS}.includes(1)")
    return requests


def test_launcher_and_badge_are_small_and_move_nothing(cross_site, open_page, sandbox, alice):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    cross_site.show(page, BADGE, IDENTIFY)
    wait_until(page, f"{TOTALS}.includes(1)")
    cross_site.show(page, BADGE + LAUNCHER + "<p>The company.</p>", SHIFTS, path="/home/")
    requests = show_without_cache(page, f"{cross_site.url}/home/", cross_site.portal)
    costs = {request.url.removeprefix(cross_site.portal): size(request) for request in requests}
    print(f"A launcher and a badge cost {len(costs)} requests and {sum(costs.values())} bytes: {costs}")  # noqa: T201
    assert len(requests) <= MOST_REQUESTS and sum(costs.values()) <= MOST_BYTES, costs
    assert page.evaluate("shifts") == 0
