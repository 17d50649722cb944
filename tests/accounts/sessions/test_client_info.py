"""The name of a device and the IP address, for any header that a client may send."""

import pytest
from django.core import mail

from portal.accounts.sessions import client_info

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
def test_browser_has_its_familiar_name(header, said):
    assert client_info.device_name(f"Mozilla/5.0 {header}") == said


@pytest.mark.parametrize("header", ["", "x", "<script>alert(1)</script>", "\x00\x1b[2J", "(" * 10_000])
def test_unknown_header_is_an_unknown_device(header):
    assert client_info.device_name(header) == "Unknown device"


@pytest.mark.parametrize(
    "header",
    [
        "Mozilla/5.0 " + "A" * 100_000 + "Bot/1.0",
        "Mozilla/5.0 (compatible; <b>=1+1</b>bot/1.0; +http://evil.example)",
        "Mozilla/5.0 (compatible; =cmd|' /C calc'!A0bot/1.0)",
        "evil.com/pay-here/1.0 CFNetwork/1.0 Darwin/1.0",
        "Call-0800-1234-bot/1.0",
        "Mozilla/5.0 (compatible; Call-0800-1234; +http://evil.example)",
    ],
)
def test_text_of_the_header_is_never_shown(header):
    assert client_info.device_name(header) in ("Unknown device", "iOS", "macOS")


def test_header_text_does_not_reach_mails(client, anna):
    agent = "evil.com/pay-here/1.0 CFNetwork/1.0 Darwin/1.0"
    client.post("/accounts/login/code/", {"email": "anna@example.com"}, headers={"User-Agent": agent})
    (message,) = mail.outbox
    assert "evil" not in message.body + message.alternatives[0].content


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("nonsense", None),
    ],
)
def test_client_ip_is_an_ip_address_or_none(rf, address, kept):
    assert client_info.client_ip(rf.get("/", REMOTE_ADDR=address)) == kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.8", "192.0.2.8"),
        ("", ""),
    ],
)
def test_network_is_an_ipv4_address_or_a_64(rf, address, network):
    assert client_info.client_network(rf.get("/", REMOTE_ADDR=address)) == network
