"""How people are signed in on a website: cookies, the company's keys, and a sample of its tokens."""

import pytest

from portal.accounts.models import SpentToken
from portal.embed.doctor import State, signing_in
from portal.embed.models import Website
from tests.accounts.hand_off.company import make_company, published, sign, token
from tests.embed.sites import HOST
from tests.securemail.wire import Wire, reply


@pytest.fixture
def company(db, settings):
    settings.PORTAL_URL = "https://portal.example"
    return make_company("first")


@pytest.fixture
def handed(company):
    return Website.objects.create(name="The Company", origin=HOST, company=company)


def sample(**changes):
    return token(**{"aud": "https://portal.example", **changes})


def look(website, text=""):
    return list(signing_in.look_at(HOST, website, text))


def states(findings, topic):
    return [finding.state for finding in findings if finding.topic == topic]


def wrong(findings):
    return {
        one.what.partition(":")[0] for one in findings if one.topic == "Token" and one.state == State.CHANGE
    }


def clock(findings):
    return [finding.what for finding in findings if finding.topic == "Clock"]


# --- Cookies ---


@pytest.mark.parametrize(
    ("portal", "told", "state"),
    [
        ("https://messages.company.example", "are one site", State.OK),
        ("https://company.example:8443", "are one site", State.OK),
        ("https://portal.example", "are two sites", State.OK),
        ("http://localhost:8000", "browsers mix neither", State.CHANGE),
    ],
)
def test_what_browsers_keep_depends_on_where_the_portal_is(db, settings, portal, told, state):
    settings.PORTAL_URL = portal
    (finding,) = look(None)
    assert finding.topic == "Cookies" and told in finding.what and finding.state == state


# --- Who lets people in ---


def test_people_may_sign_in_inside_the_frame_or_be_handed_over(handed):
    assert look(handed)[1].what == "People sign in inside the frame, or are handed over by The Company."


def test_hand_off_alone_without_a_company_lets_nobody_in(handed):
    handed.sign_in, handed.company = "hand_off", None
    assert look(handed)[1].state == State.CHANGE


def test_active_keys_are_counted(handed):
    assert "Entered here and active: 1." in [finding.what for finding in look(handed)]


def test_a_company_without_a_key_hands_nobody_over(handed, company):
    company.keys.update(is_active=False)
    assert states(look(handed), "Keys") == [State.CHANGE]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (reply({"keys": [published("first")]}, keep=False), State.OK),
        (reply({"keys": []}, keep=False), State.CHANGE),
        (reply({"keys": "none"}, keep=False), State.CHANGE),
        (reply({}, keep=False), State.CHANGE),
        (reply(b"<html>", keep=False), State.CHANGE),
        (reply({}, 404, keep=False), State.CHANGE),
        (reply({}, 500, keep=False), State.CHANGE),
    ],
)
def test_the_companys_key_set_is_read(handed, company, answer, state):
    company.keys.all().delete()
    with Wire() as server:
        server.script(answer)
        company.keys_url = server.url
        handed.company = company
        assert states(look(handed), "Keys") == [state]


# --- A sample token ---


def test_a_good_token_is_right_in_all_and_is_not_used_up(handed):
    text = sample()
    for _ in range(2):
        findings = look(handed, text)
        assert set(states(findings, "Token")) == {State.OK} and len(states(findings, "Token")) > 10
    assert not SpentToken.objects.exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"aud": "https://other.example"}, "aud"),
        ({"iss": "https://other.example"}, "iss"),
        ({"origin": "https://www.company.example.evil.example"}, "origin"),
        ({"email_verified": "true"}, "email_verified"),
        ({"email": "nobody"}, "email"),
        ({"sub": ""}, "sub"),
        ({"jti": None}, "jti"),
    ],
)
def test_each_claim_that_is_not_right_is_named(handed, changes, named):
    assert wrong(look(handed, sample(**changes))) == {named}


def test_a_signature_that_is_not_right_is_named_with_what_to_do(handed):
    findings = look(handed, sign({"sub": "x"}, "other"))
    assert "signature" in wrong(findings) and "ES256 or RS256" in "".join(one.mend for one in findings)


@pytest.mark.parametrize("text", ["x", "a.b.c", "." * 9000, "é.é.é", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_said(handed, text):
    findings = look(handed, text)
    assert (
        "signature" in wrong(findings)
        and text not in "".join(one.what for one in findings)
        and not clock(findings)
    )


def test_the_company_clock_that_is_ahead_is_told_in_seconds(handed, time_machine):
    time_machine.move_to("2026-11-23 10:00:42Z", tick=False)
    text = sample()
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    findings = look(handed, text)
    assert clock(findings)[0].startswith("The company's clock is 42 s ahead of this one.") and "iat" in wrong(
        findings
    )


def test_an_old_token_is_no_fault_and_says_how_old_it_is(handed, time_machine):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    text = sample()
    time_machine.move_to("2026-11-23 10:05:00Z", tick=False)
    findings = look(handed, text)
    assert wrong(findings) == set() and State.UNKNOWN in states(findings, "Token")
    assert clock(findings)[0].startswith("The token was made 300 s ago by this clock.")


def test_a_token_without_a_company_or_a_website_is_said_to_be_for_nobody(handed):
    handed.company = None
    assert states(look(handed, sample()), "Token") == [State.CHANGE]
    assert states(look(None, sample()), "Token") == [State.UNKNOWN]
