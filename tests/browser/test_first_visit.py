"""What the first visit costs a browser whose cache has nothing of the portal: requests, and bytes with headers."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from inbox import unread
from portal.accounts.models import Consumer

ALICE = "alice@example.com"
SENTENCE = (
    "We have received your documents",
    "Please send us the invoice of the plumber",
    "Our assessor would like to see the floor",
    "The photographs show all that we need",
    "Your premium stays as it is for another year",
    "We have paid the amount into your account",
    "The firm collects its machines on Tuesday",
)


@pytest.fixture
def session(alice, portal, sandbox, monkeypatch) -> dict[str, str]:
    """The cookie of Alice, who has fifty letters and has looked at all her departments a moment ago."""
    monkeypatch.setattr(unread, "FRESH", 30)
    now = datetime.now(UTC)
    letters = [
        {
            "address": ALICE,
            "securebox": "Claims01",
            "subject": f"{SENTENCE[number % 7]}: {number}",
            "text": f"Dear Alice, {number + 3} days ago: {'. '.join(SENTENCE[number % 5 :])}.",
            "from_name": ("Claire Donnelly", "Rashid Karim", "Documents desk")[number % 3],
            "direction": "inbound" if number % 4 == 3 else "outbound",
            "status": "unread" if number < 3 else "read",
            "date": (now - timedelta(hours=7 * number)).isoformat(),
        }
        for number in range(50)
    ]
    sandbox.add_many(letters[::-1])
    client = Client()
    client.force_login(Consumer.objects.get(email=ALICE))
    assert client.get("/").status_code == 200
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}


def costs(page, address) -> dict[str, int]:
    """The bytes of each response to the page's requests, by the path that was asked for."""
    thread = page.context.new_cdp_session(page)
    thread.send("Network.enable")
    paths: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def note(sent) -> None:
        paths[sent["requestId"]] = sent["request"]["url"].partition("//")[2].partition("/")[2]

    thread.on("Network.requestWillBeSent", note)
    thread.on(
        "Network.loadingFinished",
        lambda ended: sizes.update({paths[ended["requestId"]]: round(ended["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    assert len(sizes) == len(paths)
    total = f"{len(sizes)} requests, {sum(sizes.values()) / 1000:.1f} kB"
    print(f"The first visit of {address} costs {total}: {json.dumps(sizes)}")  # noqa: T201  To be read.
    return sizes


def test_the_sign_in_page_is_there_after_few_requests(portal, open_page):
    found = costs(open_page(), "/accounts/login/")
    assert len(found) <= 4 and sum(found.values()) <= 11_000, found


def test_so_is_a_list_of_fifty(session, open_page):
    page = open_page()
    page.context.add_cookies([session])
    found = costs(page, "/inbox/claims/")
    assert page.locator(".mail").count() == 50
    assert len(found) <= 6 and sum(found.values()) <= 36_000, found


def test_a_later_page_brings_nothing_but_itself(session, open_page):
    page = open_page()
    page.context.add_cookies([session])
    page.goto("/inbox/claims/", wait_until="networkidle")
    found = {name: size for name, size in costs(page, "/inbox/billing/").items() if size}
    assert list(found) == ["inbox/billing/"] and sum(found.values()) <= 6_000, found
