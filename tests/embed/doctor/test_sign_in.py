"""How people are signed in on a website: cookies, the company's keys, and a sample of its tokens."""

import re

import pytest

from portal.accounts.models import SpentToken
from portal.embed.doctor import State, sign_in
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, published, sign, token
from tests.embed.framing import HOST
from tests.support.wire import Wire, reply


@pytest.fixture
def company(db, settings):
    settings.PORTAL_URL = "https://portal.example"
    return make_company("first")


@pytest.fixture
def handed(company):
    return Website.objects.create(name="The Company", origin=HOST, company=company)


def sample(**changes):
    return token(**{"aud": "https://portal.example", **changes})


def check(website, text=""):
    return list(sign_in.check(HOST, website, text))


def states(findings, topic):
    return [finding.state for finding in findings if finding.topic == topic]


def wrong(findings):
    return {
        one.message.partition(":")[0]
        for one in findings
        if one.topic == "Token" and one.state == State.CHANGE
    }


def said(findings):
    """What is said of each thing in a token."""
    lines = (one.message.partition(": ") for one in findings if one.topic == "Token")
    return {what: words for what, _colon, words in lines}


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
    (finding,) = check(None)
    assert finding.topic == "Cookies" and told in finding.message and finding.state == state


# --- Who lets people in ---


def test_people_may_sign_in_inside_the_frame_or_be_handed_over(handed):
    assert check(handed)[1].message == "People sign in inside the frame, or are handed over by The Company."


def test_hand_off_alone_without_a_company_lets_nobody_in(handed):
    handed.sign_in, handed.company = "hand_off", None
    assert check(handed)[1].state == State.CHANGE


def test_active_keys_are_counted(handed):
    assert "Entered here and active: 1." in [finding.message for finding in check(handed)]


def test_a_company_without_a_key_hands_nobody_over(handed, company):
    company.keys.update(is_active=False)
    assert states(check(handed), "Keys") == [State.CHANGE]


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
        assert states(check(handed), "Keys") == [state]


# --- A sample token ---


def test_a_good_token_is_right_in_all_and_is_not_used_up(handed):
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
def test_each_claim_that_is_not_right_is_named(handed, changes, named):
    assert wrong(check(handed, sample(**changes))) == {named}


def test_a_signature_that_is_not_right_is_named_with_what_to_do(handed):
    findings = check(handed, sign({"sub": "x"}, "other"))
    assert "signature" in wrong(findings) and "ES256 or RS256" in "".join(one.fix for one in findings)


@pytest.mark.parametrize("text", ["x", "a.b.c", "." * 9000, "é.é.é", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_said(handed, text):
    findings = check(handed, text)
    assert (
        "signature" in wrong(findings)
        and text not in "".join(one.message for one in findings)
        and "clock" not in said(findings)
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-10, "the company's is 10 seconds ahead of the portal's, and up to 10 are tolerated."),
        (-5, "the company's is 5 seconds ahead of the portal's, and up to 10 are tolerated."),
        (-4, "right."),
        (4, "right."),
        (5, "made 5 seconds ago; if it was made just now, the company's is behind by that."),
    ],
)
def test_the_companys_clock_is_compared_and_a_few_seconds_are_nothing(handed, time_machine, seconds, told):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    text = sample()
    time_machine.shift(seconds)
    findings = check(handed, text)
    assert not wrong(findings) and said(findings)["clock"] == told


def test_a_clock_that_is_too_far_ahead_is_told_once_in_seconds(handed, time_machine):
    time_machine.move_to("2026-11-23 10:00:42Z", tick=False)
    text = sample()
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    findings = check(handed, text)
    assert wrong(findings) == {"iat"} and "clock" not in said(findings)
    assert said(findings)["iat"] == "lies 42 seconds ahead of the portal's clock."


def test_an_old_token_is_no_fault_and_says_how_old_it_is(handed, time_machine):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    text = sample()
    time_machine.move_to("2026-11-23 10:05:00Z", tick=False)
    findings = check(handed, text)
    assert wrong(findings) == set() and State.UNKNOWN in states(findings, "Token")
    assert said(findings)["clock"].startswith("made 300 seconds ago; ")


def test_a_beginning_that_the_token_need_not_have_is_told_where_it_has_one(handed):
    assert "nbf" not in said(check(handed, sample()))
    assert said(check(handed, sample(nbf=1)))["nbf"] == "right."
    assert "nbf" in wrong(check(handed, sample(nbf="soon")))


def test_a_value_of_json_is_named_as_json_writes_it(handed):
    (finding,) = (one for one in check(handed, sample(email_verified="true")) if one.state == State.CHANGE)
    assert finding.message == "email_verified: is not true, the JSON value without quotes."
    assert finding.fix.startswith('Write "email_verified": true, ')


@pytest.mark.parametrize("text", ["x", "a.b.c", sign({"sub": "x"}, "other")])
def test_what_is_wrong_is_said_in_words_and_not_by_the_names_of_errors(handed, company, text):
    company.keys_url = "http://127.0.0.1:9/keys"
    handed.company = company
    assert not [
        one.message for one in check(handed, text) if re.search(r"[a-z](Error|Timeout)\b", one.message)
    ]


def test_a_token_without_a_company_or_a_website_is_said_to_be_for_nobody(handed):
    handed.company = None
    assert states(check(handed, sample()), "Token") == [State.CHANGE]
    assert states(check(None, sample()), "Token") == [State.UNKNOWN]
