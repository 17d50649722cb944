"""The checks of the portal's responses for frames: as it sends them, and as they arrive."""

import pytest

from portal.embed.doctor import State, portal_responses
from tests.embed.doctor.servers import HTML
from tests.embed.framing import ORIGIN, PREFIX, policy_of
from tests.support.wire import hang, reply


def arrives(servers):
    return servers.findings("As it arrives")


def test_policy_for_is_the_policy_that_the_portal_sends(website, client, settings):
    policy = portal_responses.policy_for(ORIGIN)
    assert policy == client.get(f"{PREFIX}/embed/connect/")["Content-Security-Policy"]
    assert f"frame-ancestors {ORIGIN}" in policy and policy_of(client.get("/"))["frame-ancestors"] == "'none'"


def test_the_frame_ancestors_are_reported(servers, listed):
    assert servers.finding("Frame rule").message.endswith(f"with: frame-ancestors {servers.origin}")


def test_a_portal_url_missing_from_allowed_hosts_is_reported(servers, listed, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    finding = servers.finding("Frame rule")
    assert (finding.state, finding.snippet) == (State.FAILURE, "localhost")


def test_for_an_unlisted_website_the_portal_is_not_fetched(servers):
    servers.diagnose()
    assert not servers.findings("Frame rule") and not servers.portal.requests


def test_script_and_frame_are_fetched_from_the_portals_public_url(servers, listed):
    script, page = arrives(servers)
    assert script.state == page.state == State.OK
    assert [asked.target for asked in servers.portal.requests] == ["/embed/v1.js", servers.framed_path()]
    assert servers.portal.requests[0].headers["Host"] == servers.portal_origin.removeprefix("http://")


@pytest.mark.parametrize(
    "script",
    [
        reply(b"", 404, ["Content-Type: text/javascript", "Access-Control-Allow-Origin: *"], keep=False),
        reply(b"", 200, [HTML, "Access-Control-Allow-Origin: *"], keep=False),
        reply(b"", 200, ["Content-Type: text/javascript"], keep=False),
        reply(b"", 302, ["Location: /sign-in/"], keep=False),
    ],
)
def test_a_script_that_does_not_arrive_is_reported(servers, listed, script):
    servers.portal_answers(script)
    assert [finding.state for finding in arrives(servers)] == [State.FAILURE, State.OK]


@pytest.mark.parametrize(
    ("rule", "more", "expected"),
    [
        ("", [], "without its frame rule"),
        ("default-src *", ["X-Frame-Options: DENY"], "without its frame rule"),
        ("frame-ancestors 'self'", [], "does not let"),
        ("frame-ancestors *", ["Content-Security-Policy: frame-ancestors 'none'"], "does not let"),
        ("frame-ancestors https://www.company.example", [], "does not let"),
    ],
)
def test_a_frame_rule_that_a_proxy_changed_is_reported(servers, listed, rule, more, expected):
    servers.portal_answers(rule=rule, more=more)
    finding = arrives(servers)[1]
    assert finding.state == State.FAILURE and expected in finding.message


def test_a_framed_page_that_does_not_arrive_is_reported(servers, listed):
    servers.portal_answers(status=403)
    assert arrives(servers)[1].message == "A framed page answers 403."


def test_x_frame_options_next_to_frame_ancestors_is_ignored(servers, listed):
    servers.portal_answers(more=["X-Frame-Options: DENY"])
    assert arrives(servers)[1].state == State.OK


def test_a_portal_that_does_not_answer_is_unknown(servers, listed, settings, monkeypatch):
    monkeypatch.setattr("portal.embed.doctor.fetching._PORTAL_DEADLINE", 0.2)
    servers.portal.script(hang)
    (finding,) = arrives(servers)
    assert finding.state == State.UNKNOWN and finding.snippet == f"{servers.portal_origin}/embed/v1.js"


def test_a_portal_url_on_plain_http_is_not_fetched(servers, listed, settings):
    settings.PORTAL_URL = "http://devbox:8000"
    (finding,) = arrives(servers)
    assert finding.state == State.UNKNOWN and "neither https" in finding.message
