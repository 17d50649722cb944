import contextlib
import re

import pytest

from portal.health import READY, Readiness

PUBLIC = ["/accounts/login/", "/accounts/password/reset/", "/unread.json"]
SIGNED_IN = ["/", "/inbox/claims/", "/inbox/claims/compose/", "/inbox/none/", "/accounts/password/set/"]


def policy_of(response):
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


@pytest.mark.parametrize("address", PUBLIC + SIGNED_IN)
def test_every_page_is_confidential_and_strict(alice_client, address):
    response = alice_client.get(address)
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "DENY" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin" and response["X-Request-Id"]
    policy = policy_of(response)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


@pytest.mark.parametrize("address", PUBLIC + SIGNED_IN)
def test_no_page_may_use_the_devices_sensors_or_pay(alice_client, address):
    policy = alice_client.get(address)["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()", "payment=()"} <= set(policy)


@pytest.mark.parametrize("address", [*PUBLIC[:2], *SIGNED_IN])
def test_no_page_has_inline_script_or_style(alice_client, address):
    html = alice_client.get(address).content.decode()
    assert "style=" not in html and "<style" not in html and "<script>" not in html and " onclick" not in html
    assert "https://" not in html.replace("http://www.w3.org", "")


STATIC = "/static/brand/logo.svg"
# Method, address, headers, and the status of the answer: what no view, or not every middleware, has seen.
AROUND_THE_VIEWS = [
    ("get", "/healthz", {}, 200),
    ("get", "/readyz", {}, 200),
    ("post", "/healthz", {}, 200),
    ("get", STATIC, {}, 200),
    ("head", STATIC, {}, 200),
    ("post", STATIC, {}, 405),
    ("get", "/embed/v1.js", {}, 200),
    ("post", "/embed/v1.js", {}, 405),
    ("get", "/embed/v1.d.ts", {}, 200),
    ("get", "/embed/package.tgz", {}, 200),
    ("get", "/nothing-here/", {}, 404),
    ("get", "/static/nothing-here.css", {}, 404),
    ("get", "/accounts/login", {}, 301),
    ("get", "/accounts/login/", {"host": "evil.example"}, 400),
    ("get", "/embed/in/https:www.nobody.example/", {}, 403),
    ("get", "/embed/in/https:www.nobody.example/", {"Sec-Fetch-Dest": "document"}, 302),
    ("post", "/accounts/login/", {"Transfer-Encoding": "chunked"}, 411),
    ("put", "/unread.json", {}, 405),
]


@pytest.fixture(autouse=True)
def _ready(monkeypatch):
    """The database of a test that is undone cannot be written by the thread that asks whether it can."""
    monkeypatch.setattr(Readiness, "words", lambda _self: READY)


over_https = pytest.mark.parametrize("secure", [True, False])


@over_https
@pytest.mark.parametrize(("method", "address", "headers", "status"), AROUND_THE_VIEWS)
def test_every_answer_has_the_security_headers(
    client, db, settings, method, address, headers, status, secure
):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    with contextlib.closing(getattr(client, method)(address, headers=headers, secure=secure)) as answer:
        is_health = address in ("/healthz", "/readyz")
        redirected = 400 if "host" in headers else 301
        assert answer.status_code == (status if secure or is_health else redirected)
        assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"
        assert (
            "camera=()" in answer["Permissions-Policy"]
            and "default-src 'none'" in answer["Content-Security-Policy"]
        )
        is_for_others = status == 200 and not is_health and secure
        corp = "cross-origin" if is_for_others else "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == corp
        may_be_framed = status == 403 and secure
        assert answer.get("X-Frame-Options") == (None if may_be_framed else "DENY")
        assert policy_of(answer)["frame-ancestors"] == ("*" if may_be_framed else "'none'")
        assert answer.get("Strict-Transport-Security") == ("max-age=31536000" if secure else None)
        assert ("no-store" in answer["Cache-Control"]) != is_for_others


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"SECURE_HSTS_INCLUDE_SUBDOMAINS": True}, "max-age=60; includeSubDomains"),
        (
            {"SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True},
            "max-age=60; includeSubDomains; preload",
        ),
    ],
)
def test_the_operator_may_extend_hsts(client, db, settings, switches, expected):
    settings.SECURE_HSTS_SECONDS = 60
    for name, value in switches.items():
        setattr(settings, name, value)
    assert client.get("/healthz", secure=True)["Strict-Transport-Security"] == expected


def test_a_static_file_runs_nothing_where_it_is_opened_by_itself(client, db):
    with contextlib.closing(client.get(STATIC)) as answer:
        policy = policy_of(answer)
    assert policy["default-src"] == "'none'" and "sandbox" in policy and "script-src" not in policy


def test_a_static_file_is_immutable(client, db):
    html = client.get("/accounts/login/").content.decode()
    style = re.search(r'href="(/static/css/portal\.[0-9a-f]{12}\.css)"', html)[1]
    with contextlib.closing(client.get(style)) as response:
        assert response.status_code == 200 and "immutable" in response["Cache-Control"]


def test_each_request_has_its_own_id(client, db):
    names = {client.get("/accounts/login/")["X-Request-Id"] for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize("address", PUBLIC + SIGNED_IN)
def test_trace_is_not_answered(alice_client, address):
    """A TRACE would show a script the cookies that it cannot read itself."""
    response = alice_client.trace(address, headers={"X-Secret": "canary"})
    assert response.status_code != 200 and b"canary" not in response.content
