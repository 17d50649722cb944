"""What the portal sends to frames, and what of it arrives."""

import pytest

from portal.embed.doctor import State, portal_responses
from tests.embed.doctor.servers import HTML
from tests.embed.framing import HOST, PREFIX, policy_of
from tests.support.wire import hang, reply


def arrives(servers):
    return servers.findings("As it arrives")


def test_the_rule_is_the_one_that_the_portal_sends(website, client, settings):
    said = portal_responses.policy_for(HOST)
    assert said == client.get(f"{PREFIX}/embed/connect/")["Content-Security-Policy"]
    assert f"frame-ancestors {HOST}" in said and policy_of(client.get("/"))["frame-ancestors"] == "'none'"


def test_it_is_said_to_the_operator(servers, listed):
    assert servers.finding("Frame rule").message.endswith(f"with: frame-ancestors {servers.origin}")


def test_a_portal_that_does_not_know_its_own_name_is_told(servers, listed, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    finding = servers.finding("Frame rule")
    assert (finding.state, finding.snippet) == (State.CHANGE, "localhost")


def test_of_a_website_that_is_not_listed_nothing_is_asked_of_the_portal(servers):
    servers.diagnose()
    assert not servers.findings("Frame rule") and not servers.portal.requests


def test_script_and_frame_are_asked_for_where_browsers_get_them(servers, listed):
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
def test_a_script_that_does_not_arrive_is_told(servers, listed, script):
    servers.portal_answers(script)
    assert [finding.state for finding in arrives(servers)] == [State.CHANGE, State.OK]


@pytest.mark.parametrize(
    ("rule", "more", "told"),
    [
        ("", [], "without its frame rule"),
        ("default-src *", ["X-Frame-Options: DENY"], "without its frame rule"),
        ("frame-ancestors 'self'", [], "does not let"),
        ("frame-ancestors *", ["Content-Security-Policy: frame-ancestors 'none'"], "does not let"),
        ("frame-ancestors https://www.company.example", [], "does not let"),
    ],
)
def test_a_frame_rule_that_something_in_between_has_changed_is_told(servers, listed, rule, more, told):
    servers.portal_answers(rule=rule, more=more)
    finding = arrives(servers)[1]
    assert finding.state == State.CHANGE and told in finding.message


def test_a_framed_page_that_does_not_arrive_is_told(servers, listed):
    servers.portal_answers(status=403)
    assert arrives(servers)[1].message == "A framed page answers 403."


def test_browsers_go_by_the_rule_where_there_is_an_older_header_beside_it(servers, listed):
    servers.portal_answers(more=["X-Frame-Options: DENY"])
    assert arrives(servers)[1].state == State.OK


def test_a_portal_that_cannot_be_asked_from_here_is_not_known(servers, listed, settings, monkeypatch):
    monkeypatch.setattr("portal.embed.doctor.fetching._PORTAL_DEADLINE", 0.2)
    servers.portal.script(hang)
    (finding,) = arrives(servers)
    assert finding.state == State.UNKNOWN and finding.snippet == f"{servers.portal_origin}/embed/v1.js"


def test_a_portal_in_a_developers_network_without_tls_is_not_asked(servers, listed, settings):
    settings.PORTAL_URL = "http://devbox:8000"
    (finding,) = arrives(servers)
    assert finding.state == State.UNKNOWN and "neither https" in finding.message
