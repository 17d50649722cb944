"""No spelling of a URL that an operator enters may lead into the company's own network."""

import socket

import pytest

from portal.embed import doctor
from portal.embed.doctor import State, addresses
from tests.embed.doctor.servers import text_of
from tests.support.wire import Wire


@pytest.fixture
def production(settings, db):
    settings.PRODUCTION = True
    settings.PORTAL_URL = "https://portal.example"
    settings.ALLOWED_HOSTS = ["portal.example"]


@pytest.fixture
def connections(monkeypatch):
    """The addresses that would have been connected to: every connection is refused."""
    attempted = []

    def refuse(address, *_rest, **_more):
        attempted.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    return attempted


def resolve_to(monkeypatch, *found):
    """Each name lookup returns the next of these lists of addresses."""
    answers = [[(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in one] for one in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answers.pop(0))
    return answers


@pytest.mark.parametrize(
    "url",
    [
        "",
        "www.company.example",
        "file:///etc/passwd",
        "gopher://www.company.example/",
        "ftp://www.company.example/",
        "javascript:alert(1)",
        "http://www.company.example/",
        "https://user:secret@www.company.example/",
        "https://www.company.example@evil.example/",
        "https://www.company.example\\@evil.example/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1",
        "https://www.company.example:99999/",
        "https://bücher.example/",
        "https://*.company.example/",
        "https:///etc/passwd",
        "https://127.0.0.1/",
        "http://127.0.0.1:8000/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://93.184.216.34/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://017700000001/",
        "https://intranet/",
        "https://www.company.example:22/",
        "https://www.company.example:25/",
    ],
)
def test_a_url_that_is_not_a_public_website_is_refused_without_a_name_lookup(
    production, connections, monkeypatch, url
):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: connections.append("name"))
    (finding,) = doctor.diagnose(url).findings
    assert finding.state == State.FAILURE and finding.topic == "Address"
    assert connections == [] and "secret" not in finding.message


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104  An address to refuse.
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2002:5db8:d822::1",
        "192.0.0.8",
        "192.0.0.9",
        "64:ff9b:1::a00:1",
        "::7f00:1",
        "::5db8:d822",
        "::ffff:0:7f00:1",
        "100::1",
        "2001::1",
        "2001:20::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "fec0::1",
    ],
)
def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(
    production, connections, monkeypatch, ip
):
    resolve_to(monkeypatch, ["93.184.216.34", ip])
    report = doctor.diagnose("https://www.company.example/")
    assert "leads to an address that is not public" in text_of(report) and connections == []


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_a_public_address_may_be_connected_to(production, ip):
    assert addresses.may_connect(ip)


def test_the_address_that_was_checked_is_the_one_connected_to(production, connections, monkeypatch):
    left = resolve_to(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert "nothing takes a connection" in text_of(doctor.diagnose("https://www.company.example/"))
    assert connections == [("93.184.216.34", 443)] and len(left) == 1


def test_an_unknown_name_is_reported(production, connections, monkeypatch):
    def unknown(*_args, **_more):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "its name is not known" in text_of(doctor.diagnose("https://www.company.example/"))


@pytest.mark.parametrize("ip", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0"])  # noqa: S104  To refuse.
def test_outside_production_only_local_hosts_may_be_connected_to(settings, ip):
    assert not settings.PRODUCTION and not addresses.may_connect(ip)
    assert addresses.may_connect("127.0.0.1") and addresses.may_connect("192.168.1.1")


def test_in_production_this_machine_is_not_connected_to(servers, settings):
    settings.PRODUCTION = True
    with Wire() as inside:
        report = doctor.diagnose(f"http://127.0.0.1:{inside.port}/")
        assert report.failures == 1 and inside.connections == 0
