import contextlib
import re

import pytest

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
