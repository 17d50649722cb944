"""Who asks, in words, whatever they send."""

import pytest

from portal.accounts import activity, clients
from portal.accounts.activity import Event
from portal.accounts.models import Activity

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            f"(iPhone; CPU iPhone OS 17_0 like Mac OS X) {APPLE} Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"(iPhone; CPU iPhone OS 17_0 like Mac OS X) {APPLE} Mobile/15E148", "Safari on iPhone"),
        (
            f"(iPad; CPU OS 17_0 like Mac OS X) {APPLE} CriOS/120.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPad",
        ),
        (f"(Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/17.0 Safari/605.1.15", "Safari on macOS"),
        (f"(Linux; Android 10; K) {CHROMIUM} Mobile Safari/537.36", "Chrome on Android"),
        ("(Android 13; Mobile; rv:109.0) Gecko/118.0 Firefox/118.0", "Firefox on Android"),
        (f"(Windows NT 10.0; Win64; x64) {CHROMIUM} Safari/537.36 Edg/120.0.0.0", "Edge on Windows"),
        (f"(X11; CrOS x86_64 14541.0.0) {CHROMIUM} Safari/537.36", "Chrome on ChromeOS"),
        ("(Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer on Windows"),
    ],
)
def test_a_browser_has_the_name_that_people_know(header, said):
    assert clients.words(f"Mozilla/5.0 {header}") == said


@pytest.mark.parametrize("header", ["", "x", "<script>alert(1)</script>", "\x00\x1b[2J", "(" * 10_000])
def test_what_names_no_browser_is_an_unknown_device(header):
    assert clients.words(header) == "Unknown device"


@pytest.mark.parametrize(
    "header",
    [
        "Mozilla/5.0 " + "A" * 100_000 + "Bot/1.0",
        "Mozilla/5.0 (compatible; <b>=1+1</b>bot/1.0; +http://evil.example)",
        "Mozilla/5.0 (compatible; =cmd|' /C calc'!A0bot/1.0)",
        "Mozilla/5.0 \x00\r\n\u202eFirefox/140.0",
        "Mozilla/5.0 (Linux; Android <img src=x>; \u2028) Firefox/140.0",
    ],
)
def test_a_hostile_header_becomes_short_and_plain_words(db, rf, header):
    assert set(clients.words(header)) <= set(map(chr, range(32, 127))) - set("<>&\"'=+@")
    activity.record(Event.SIGNED_OUT, None, rf.get("/", headers={"User-Agent": header}))
    assert len(Activity.objects.get().device) <= 100


@pytest.mark.parametrize(
    ("address", "kept"),
    [("192.0.2.7", "192.0.2.7"), ("2001:DB8:0::1", "2001:db8::1"), ("", None), ("nonsense", None)],
)
def test_the_network_is_an_address_or_nothing(rf, address, kept):
    assert clients.network(rf.get("/", REMOTE_ADDR=address)) == kept
