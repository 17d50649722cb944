"""The demo's company website on its own, without a portal."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from portal.demo.cast import ANNA, MINH
from portal.demo.website import playground
from portal.embed.views.package import PACKAGE
from tests.demo.demo_process import PROJECT, free_ports, listens
from tests.demo.website_visitor import Visitor
from tests.support.patience import await_true

PAGES = ["/", "/claims/", "/contact/", "/messages/", "/playground/", "/sign-in/", "/no-such-page/"]
PUBLIC = PAGES[:-1]
OTHER_ORIGINS = [
    "",
    "null",
    "https://evil.example",
    "http://127.0.0.1",
    "https://127.0.0.1:{port}",
    "http://localhost:{port}",
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}.evil.example",
    "{portal}",
]
WRONG = "We know no customer by this address and password."


@dataclass
class Website:
    port: int
    portal: str
    folder: Path

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def website(tmp_path_factory) -> Iterator[Website]:
    folder = tmp_path_factory.mktemp("website")
    port, portal_port, _ = free_ports()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.demo.website.settings",
        "DEMO_FOLDER": str(folder),
        "DEMO_PORT": str(portal_port),
        "DEMO_SITE_PORT": str(port),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:portal.demo.gunicorn_config"]
    command += ["--bind", f"127.0.0.1:{port}", "portal.demo.website.wsgi"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)  # noqa: S603  A command of our own.
    assert await_true(lambda: listens(port))
    yield Website(port, f"http://localhost:{portal_port}", folder)
    process.terminate()
    process.wait(60)


@pytest.fixture
def visitor(website) -> Iterator[Visitor]:
    with Visitor(website.root) as visitor:
        yield visitor


@pytest.fixture
def anna(visitor) -> Visitor:
    visitor.sign_in(ANNA)
    return visitor


def claims_of(answer: requests.Response, website: Website) -> dict:
    private = load_pem_private_key((website.folder / "website-signing-key").read_bytes(), None)
    token = answer.json()["token"]
    return jwt.decode(token, private.public_key(), algorithms=["ES256"], audience=website.portal)


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_is_public_and_loads_the_portals_script(visitor, website, path):
    answer = visitor.get(visitor.root + path)
    assert answer.status_code == 200
    assert f'src="{website.portal}/embed/v1.js"' in answer.text
    assert "<secure-inbox-badge></secure-inbox-badge>" in answer.text


def test_the_websites_script_runs_before_the_portals(visitor, website):
    ours, portals = "/static/website/site.js", f"{website.portal}/embed/v1.js"
    scripts = re.findall(r"<script ([^>]*)>", visitor.page("/"))
    assert scripts == [
        f'type="module" src="{source}"' for source in (ours, portals)
    ]  # Modules run in this order.
    written = visitor.page(ours)
    assert '(window.SecureInbox ||= []).push(["identify", fetchToken]' in written


@pytest.mark.parametrize("path", [path for path in PAGES if path not in ("/messages/", "/playground/")])
def test_every_other_page_has_the_launcher(visitor, path):
    assert "<secure-inbox-launcher></secure-inbox-launcher>" in visitor.page(path)


def test_my_messages_shows_the_inbox_without_a_launcher(visitor):
    page = visitor.page("/messages/")
    assert "<secure-inbox>" in page
    assert "<secure-inbox-launcher" not in page


def test_the_playground_offers_every_element_attribute_event_and_call():
    types = (PACKAGE / "v1.d.ts").read_text()
    attributes = (PACKAGE / "elements.d.ts").read_text()
    events, calls = (members(types, name) for name in ("SecureInboxEvents", "SecureInboxApi"))
    assert set(playground.ELEMENTS) == set(
        re.findall(r'^    "(secure-inbox[\w-]*)": SecureInbox', types, re.M)
    )
    assert set(playground.EVENTS) == events - {"open", "close"}  # Older names of "opened" and "closed".
    # The others take functions: the website's own script calls them.
    assert set(playground.CALLS) == calls - {"identify", "on", "push"}
    offered = {attribute.name for attribute in playground.ATTRIBUTES}
    assert offered == set(re.findall(r'^  "?([\w-]+)"?\?:', attributes, re.MULTILINE))


def members(types: str, interface: str) -> set[str]:
    body = re.search(rf"^export interface {interface} {{$(.+?)^}}$", types, re.MULTILINE | re.DOTALL)
    assert body
    return set(re.findall(r"^  (?:readonly )?(\w+)[(<:]", body[1], re.MULTILINE))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_strict_content_security_policy(visitor, website, path):
    answer = visitor.get(visitor.root + path)
    policy = {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}
    assert {
        "default-src 'none'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    } <= policy
    assert f"script-src 'self' {website.portal}" in policy
    assert f"frame-src {website.portal}" in policy
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_may_be_stored_or_framed(visitor, path):
    headers = visitor.get(visitor.root + path).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_customer_sees_only_their_own_claims(anna):
    page = anna.page("/claims/")
    assert "Your claims, Anna" in page
    assert 'data-subject="Claim NW-50777: Bicycle stolen at the station"' in page
    assert "NW-51304" not in page


def test_a_visitor_sees_no_claims(visitor):
    assert "NW-" not in visitor.page("/claims/")


@pytest.mark.parametrize("address", [ANNA.address, "nobody@example.com"])
@pytest.mark.parametrize("password", ["wrong", MINH.password, ANNA.password.upper()])
def test_a_wrong_password_and_an_unknown_address_give_the_same_error(visitor, address, password):
    answer = visitor.fill_in("/sign-in/", "/sign-in/", email=address, password=password)
    assert WRONG in answer.text
    assert visitor.ask_for_token().json() == {"token": None}


def test_an_address_is_accepted_in_any_case(visitor):
    visitor.fill_in("/sign-in/", "/sign-in/", email=ANNA.address.upper(), password=ANNA.password)
    assert ANNA.name in visitor.page("/")


def test_signing_in_redirects_to_the_requested_page(visitor):
    assert visitor.sign_in(ANNA, "/sign-in/?next=/claims/").headers["Location"] == "/claims/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", r"/\evil.example", ""])
def test_signing_in_never_redirects_to_another_site(visitor, target):
    assert visitor.sign_in(ANNA, f"/sign-in/?next={target}").headers["Location"] == "/"


def test_signing_in_replaces_the_customer_before(anna, website):
    anna.sign_in(MINH)
    assert claims_of(anna.ask_for_token(), website)["email"] == MINH.address


def test_signing_out_ends_the_session(anna):
    assert anna.fill_in("/sign-out/", "/").headers["Location"] == "/"
    assert ANNA.name not in anna.page("/")
    assert anna.ask_for_token().json() == {"token": None}


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-out/"])
def test_signing_in_and_out_need_a_csrf_token(anna, path):
    form = {"email": MINH.address, "password": MINH.password}
    assert anna.post(anna.root + path, form, headers={"Origin": anna.root}).status_code == 403
    assert ANNA.name in anna.page("/")


def test_a_get_does_not_sign_out(anna):
    assert anna.get(f"{anna.root}/sign-out/").status_code == 405
    assert ANNA.name in anna.page("/")


def test_the_cookies_have_other_names_than_the_portals(anna):
    assert {cookie.name for cookie in anna.cookies} == {"northwind_session", "northwind_csrf"}
    assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in anna.cookies)


def test_the_token_names_the_signed_in_customer(anna, website):
    claims = claims_of(anna.ask_for_token(), website)
    assert claims["iss"] == "https://www.northwind.example"
    assert claims["sub"] == "20417"
    assert claims["email"] == ANNA.address
    assert claims["email_verified"] is True
    assert claims["name"] == ANNA.name


def test_the_token_is_valid_for_a_minute(anna, website):
    claims = claims_of(anna.ask_for_token(), website)
    assert claims["exp"] - claims["iat"] == 60
    assert abs(claims["iat"] - time.time()) < 10


def test_the_token_names_its_key_and_algorithm(anna):
    header = jwt.get_unverified_header(anna.ask_for_token().json()["token"])
    assert header == {"alg": "ES256", "kid": "website-1", "typ": "JWT"}


def test_each_token_has_an_id_of_its_own(anna, website):
    assert len({claims_of(anna.ask_for_token(), website)["jti"] for _ in range(5)}) == 5


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_token_names_the_origin_of_the_page(website, host):
    root = f"http://{host}:{website.port}"
    with Visitor(root) as visitor:
        visitor.sign_in(ANNA)
        assert claims_of(visitor.ask_for_token(), website)["origin"] == root


def test_a_visitor_gets_no_token(visitor):
    assert visitor.ask_for_token().json() == {"token": None}


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_another_origin_gets_no_token(anna, website, origin):
    refused = anna.ask_for_token(Origin=origin.format(port=website.port, portal=website.portal))
    assert refused.status_code == 403
    assert "token" not in refused.json()


def test_a_request_without_an_origin_gets_no_token(anna):
    refused = anna.post(f"{anna.root}/secure-inbox/token/")
    assert refused.status_code == 403
    assert "token" not in refused.json()


def test_a_get_returns_no_token(anna):
    assert anna.get(f"{anna.root}/secure-inbox/token/", headers={"Origin": anna.root}).status_code == 405


def test_the_response_with_a_token_is_not_shared_across_origins(anna):
    answer = anna.ask_for_token()
    assert "no-store" in answer.headers["Cache-Control"]
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_another_host_is_refused(anna):
    assert anna.get(f"{anna.root}/", headers={"Host": "evil.example"}).status_code == 400


def test_only_the_owner_can_read_the_keys(website, anna):
    anna.ask_for_token()
    keys = sorted(website.folder.glob("website-*"))
    assert [key.name for key in keys] == ["website-secret-key", "website-signing-key"]
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)
