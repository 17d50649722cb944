"""The checks of signing in: the frame's cookies, the company's keys, and a sample token."""

import re

import pytest

from portal.accounts.models import SpentToken
from portal.embed.doctor import State, sign_in
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, published, sign, token
from tests.embed.framing import ORIGIN
from tests.support.wire import Wire, reply


@pytest.fixture
def company(db, settings):
    settings.PORTAL_URL = "https://portal.example"
    return make_company("first")


@pytest.fixture
def handed(company):
    return Website.objects.create(name="The Company", origin=ORIGIN, company=company)


def sample(**changes):
    return token(**{"aud": "https://portal.example", **changes})


def check(website, text=""):
    return list(sign_in.check(ORIGIN, website, text))


def states(findings, topic):
    return [finding.state for finding in findings if finding.topic == topic]


def wrong_parts(findings):
    return {
        one.message.partition(":")[0]
        for one in findings
        if one.topic == "Token" and one.state == State.FAILURE
    }


def token_messages(findings):
    """The message for each part of the token."""
    lines = (one.message.partition(": ") for one in findings if one.topic == "Token")
    return {what: words for what, _colon, words in lines}


# --- Cookies ---


@pytest.mark.parametrize(
    ("portal", "expected", "state"),
    [
        ("https://messages.company.example", "are one site", State.OK),
        ("https://company.example:8443", "are one site", State.OK),
        ("https://portal.example", "are two sites", State.OK),
        ("http://localhost:8000", "browsers mix neither", State.FAILURE),
    ],
)
def test_the_cookies_finding_depends_on_the_portals_site(db, settings, portal, expected, state):
    settings.PORTAL_URL = portal
    (finding,) = check(None)
    assert finding.topic == "Cookies" and expected in finding.message and finding.state == state


# --- Who signs users in ---


def test_signing_in_inside_the_frame_and_hand_off_are_reported(handed):
    assert check(handed)[1].message == "People sign in inside the frame, or are handed over by The Company."


def test_hand_off_alone_without_a_company_is_reported(handed):
    handed.sign_in, handed.company = "hand_off", None
    assert check(handed)[1].state == State.FAILURE


def test_active_keys_are_counted(handed):
    assert "Entered here and active: 1." in [finding.message for finding in check(handed)]


def test_a_company_without_an_active_key_is_reported(handed, company):
    company.keys.update(is_active=False)
    assert states(check(handed), "Keys") == [State.FAILURE]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (reply({"keys": [published("first")]}, keep=False), State.OK),
        (reply({"keys": []}, keep=False), State.FAILURE),
        (reply({"keys": "none"}, keep=False), State.FAILURE),
        (reply({}, keep=False), State.FAILURE),
        (reply(b"<html>", keep=False), State.FAILURE),
        (reply({}, 404, keep=False), State.FAILURE),
        (reply({}, 500, keep=False), State.FAILURE),
    ],
)
def test_the_companys_key_set_is_fetched(handed, company, answer, state):
    company.keys.all().delete()
    with Wire() as server:
        server.script(answer)
        company.keys_url = server.url
        handed.company = company
        assert states(check(handed), "Keys") == [state]


# --- A sample token ---


def test_a_valid_token_passes_every_check_and_is_not_marked_as_used(handed):
    text = sample()
    for _ in range(2):
        findings = check(handed, text)
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
def test_each_wrong_claim_is_named(handed, changes, named):
    assert wrong_parts(check(handed, sample(**changes))) == {named}


def test_a_wrong_signature_is_reported_with_a_fix(handed):
    findings = check(handed, sign({"sub": "x"}, "other"))
    assert "signature" in wrong_parts(findings) and "ES256 or RS256" in "".join(one.fix for one in findings)


@pytest.mark.parametrize("text", ["x", "a.b.c", "." * 9000, "é.é.é", "eyJhbGciOiJub25lIn0.e30."])
def test_text_that_is_not_a_token_is_reported_without_quoting_it(handed, text):
    findings = check(handed, text)
    assert (
        "signature" in wrong_parts(findings)
        and text not in "".join(one.message for one in findings)
        and "clock" not in token_messages(findings)
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-10, "the company's is 10 seconds ahead of the portal's, and up to 10 are tolerated."),
        (-5, "the company's is 5 seconds ahead of the portal's, and up to 10 are tolerated."),
        (-4, "right."),
        (4, "right."),
        (5, "made 5 seconds ago; if it was made just now, the company's is behind by that."),
    ],
)
def test_the_companys_clock_is_compared_with_a_few_seconds_of_tolerance(
    handed, time_machine, seconds, expected
):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    text = sample()
    time_machine.shift(seconds)
    findings = check(handed, text)
    assert not wrong_parts(findings) and token_messages(findings)["clock"] == expected


def test_a_clock_too_far_ahead_is_reported_once_in_seconds(handed, time_machine):
    time_machine.move_to("2026-11-23 10:00:42Z", tick=False)
    text = sample()
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    findings = check(handed, text)
    assert wrong_parts(findings) == {"iat"} and "clock" not in token_messages(findings)
    assert token_messages(findings)["iat"] == "lies 42 seconds ahead of the portal's clock."


def test_an_expired_token_is_unknown_and_its_age_is_given(handed, time_machine):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    text = sample()
    time_machine.move_to("2026-11-23 10:05:00Z", tick=False)
    findings = check(handed, text)
    assert wrong_parts(findings) == set() and State.UNKNOWN in states(findings, "Token")
    assert token_messages(findings)["clock"].startswith("made 300 seconds ago; ")


def test_the_optional_claim_nbf_is_checked_if_present(handed):
    assert "nbf" not in token_messages(check(handed, sample()))
    assert token_messages(check(handed, sample(nbf=1)))["nbf"] == "right."
    assert "nbf" in wrong_parts(check(handed, sample(nbf="soon")))


def test_a_json_value_is_written_as_in_json(handed):
    (finding,) = (one for one in check(handed, sample(email_verified="true")) if one.state == State.FAILURE)
    assert finding.message == "email_verified: is not true, the JSON value without quotes."
    assert finding.fix.startswith('Write "email_verified": true, ')


@pytest.mark.parametrize("text", ["x", "a.b.c", sign({"sub": "x"}, "other")])
def test_messages_contain_no_names_of_exceptions(handed, company, text):
    company.keys_url = "http://127.0.0.1:9/keys"
    handed.company = company
    assert not [
        one.message for one in check(handed, text) if re.search(r"[a-z](Error|Timeout)\b", one.message)
    ]


def test_a_token_without_a_company_or_website_is_reported(handed):
    handed.company = None
    assert states(check(handed, sample()), "Token") == [State.FAILURE]
    assert states(check(None, sample()), "Token") == [State.UNKNOWN]
