"""What a connection gets from the settings, and that no error shows what they hold."""

import pytest

from inbox.connection_settings import UnknownConnection, connection, connection_names

URL, LIFE = "https://api.example.com/nexus/v3", "https://life.example.com/gateway"


@pytest.fixture(autouse=True)
def _settings(settings) -> None:
    settings.SECUREMAIL_API_URL, settings.SECUREMAIL_API_KEY = URL, "canary-key"
    settings.SECUREMAIL_CONNECTIONS = {"life": {"url": LIFE, "keys": ["canary-1", "canary-2"]}}


def test_the_default_connection_is_made_of_the_settings(settings):
    settings.SECUREMAIL_KEY_HEADER, settings.SECUREMAIL_HEADERS = "X-Key", {"X-Tenant": "all"}
    settings.SECUREMAIL_CA_FILE, settings.SECUREMAIL_PROXY = "/ca.pem", "http://proxy.example.com:3128"
    settings.SECUREMAIL_CLIENT_CERTIFICATE, settings.SECUREMAIL_CLIENT_KEY = "/cert.pem", "/key.pem"
    settings.SECUREMAIL_CLIENT_KEY_PASSWORD = "canary"
    made = connection()
    assert (made.url, made.keys, made.key_header, made.headers) == (
        URL,
        ("canary-key",),
        "X-Key",
        {"X-Tenant": "all"},
    )
    assert (made.ca_file, made.proxy) == ("/ca.pem", "http://proxy.example.com:3128")
    assert (made.client_certificate, made.client_key, made.client_key_password) == (
        "/cert.pem",
        "/key.pem",
        "canary",
    )


def test_several_keys_take_the_place_of_one(settings):
    settings.SECUREMAIL_API_KEY, settings.SECUREMAIL_API_KEYS = "", ["new", "old"]
    assert connection().keys == ("new", "old")


def test_a_named_connection_shares_the_way_out_and_none_of_the_secrets(settings):
    settings.SECUREMAIL_KEY_HEADER, settings.SECUREMAIL_HEADERS = "X-Key", {"Authorization": "canary"}
    settings.SECUREMAIL_CA_FILE, settings.SECUREMAIL_PROXY = "/ca.pem", "http://proxy.example.com:3128"
    settings.SECUREMAIL_CLIENT_CERTIFICATE = "/cert.pem"
    made = connection("life")
    assert (made.url, made.keys) == (LIFE, ("canary-1", "canary-2"))
    assert (made.key_header, made.ca_file, made.proxy) == (
        "X-Key",
        "/ca.pem",
        "http://proxy.example.com:3128",
    )
    assert (made.headers, made.client_certificate) == ({}, "")


def test_a_named_connection_may_differ_in_everything(settings):
    settings.SECUREMAIL_PROXY = "http://proxy.example.com:3128"
    settings.SECUREMAIL_CONNECTIONS["life"] |= {"proxy": "", "headers": {"X-A": "1"}, "key_header": "X-B"}
    made = connection("life")
    assert (made.proxy, made.headers, made.key_header) == ("", {"X-A": "1"}, "X-B")


def test_the_proxy_of_the_environment_is_used_only_by_its_name(settings, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "life.example.com")
    assert connection().proxy == ""
    settings.SECUREMAIL_PROXY = "environment"
    assert (connection().proxy, connection("life").proxy) == ("http://proxy.example.com:3128", "")


def test_a_connection_that_is_not_described_is_unknown():
    assert connection_names() == ("life",)
    with pytest.raises(UnknownConnection):
        connection("car")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"SECUREMAIL_API_KEYS": ["canary"]}, "SECUREMAIL_API_KEY and SECUREMAIL_API_KEYS must not both"),
        ({"SECUREMAIL_API_URL": "http://canary.example.com"}, "SECUREMAIL_API_URL must be https"),
        ({"SECUREMAIL_API_KEY": "two canaries"}, "SECUREMAIL_API_KEYS must be"),
        (
            {"SECUREMAIL_PROXY": "canary"},
            "SECUREMAIL_PROXY must be an address such as http://user:password@proxy",
        ),
        ({"SECUREMAIL_HEADERS": ["canary"]}, "SECUREMAIL_HEADERS must be given in another form"),
        ({"SECUREMAIL_HEADERS": {"X-A": {"canary": 1}}}, "SECUREMAIL_HEADERS must be given in another form"),
        ({"SECUREMAIL_HEADERS": {"X-A": "canary\n"}}, "SECUREMAIL_HEADERS must have values"),
        ({"SECUREMAIL_KEY_HEADER": "canary:"}, "SECUREMAIL_KEY_HEADER must be"),
        (
            {"SECUREMAIL_CLIENT_KEY": "/canary.pem"},
            "SECUREMAIL_CLIENT_KEY must come with SECUREMAIL_CLIENT_CERT",
        ),
    ],
)
def test_an_error_names_the_setting_and_not_its_value(settings, changes, error):
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(ValueError, match=error) as caught:
        connection()
    assert "canar" not in str(caught.value)


@pytest.mark.parametrize(
    ("described", "error"),
    [
        (["canary"], "must be a JSON object, with names"),
        ({"Canary!": {}}, "must be a JSON object, with names"),
        ({"life": "canary"}, "life: It must be a JSON object"),
        ({"life": {"keys": ["canary"]}}, "life: url must be given"),
        ({"life": {"url": LIFE}}, "life: keys must be given"),
        ({"life": {"url": LIFE, "keys": "canary"}}, "life: keys must be given in another form"),
        ({"life": {"url": LIFE, "keys": [7]}}, "life: keys must be given in another form"),
        ({"life": {"url": LIFE, "keys": ["canary"], "kees": 1}}, "life: kees must be one of url, keys"),
        ({"life": {"url": "http://canary.example.com", "keys": ["k"]}}, "life: url must be https"),
        ({"life": {"url": LIFE, "keys": ["k"], "proxy": "canary"}}, "life: proxy must be an address"),
    ],
)
def test_an_error_names_the_connection_and_not_its_values(settings, described, error):
    settings.SECUREMAIL_CONNECTIONS = described
    with pytest.raises(ValueError, match=f"^SECUREMAIL_CONNECTIONS.*{error}") as caught:
        connection("life")
    assert "canary" not in str(caught.value)
