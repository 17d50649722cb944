"""A token explained to an operator: a result for each check, and the difference between the clocks."""

import time
from collections.abc import Iterator

import pytest
import time_machine

from portal.accounts.federation.handoff.inspection import inspect
from portal.accounts.federation.handoff.replay import spend
from portal.accounts.federation.handoff.tokens import verify
from portal.accounts.models import SpentToken
from tests.accounts.federation.handoff.company import ORIGIN, claims, sign, token


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with time_machine.travel(1_800_000_000, tick=False):
        yield


def inspected(text, company, later=0.0):
    findings = inspect(text, company, ORIGIN, time.time() + later)
    return {finding.check: (finding.is_ok, finding.message) for finding in findings}


def failed_checks(found):
    return {what for what, (ok, _words) in found.items() if not ok}


def test_inspection_of_a_valid_token_does_not_use_it_up(company):
    text = token()
    found = inspected(text, company)
    assert failed_checks(found) == set() and found["use"] == (True, "not used yet")
    assert not SpentToken.objects.exists()
    spend(verify(text, company, ORIGIN))


def test_inspection_names_each_wrong_claim_and_the_expected_value(company):
    found = inspected(token(aud="x", origin="y", email_verified="true"), company)
    assert failed_checks(found) == {"aud", "origin", "email_verified"}
    assert "http://localhost:8000" in found["aud"][1] and ORIGIN in found["origin"][1]


def test_inspection_explains_claims_despite_a_wrong_signature(company):
    found = inspected(sign(claims(iss="x"), "other"), company)
    assert failed_checks(found) == {"signature", "iss"}


def test_inspection_of_an_old_token_gives_its_age_and_the_other_findings(company):
    found = inspected(token(aud="x"), company, later=300)
    assert failed_checks(found) == {"exp", "aud"} and found["clock"][1].startswith("made 300 seconds ago")


def test_inspection_says_by_how_much_a_clock_is_ahead(company):
    found = inspected(token(), company, later=-45)
    assert failed_checks(found) == {"iat"} and "45 seconds ahead of the portal's clock" in found["iat"][1]


def test_inspection_says_that_a_token_was_used(company):
    text = token()
    spend(verify(text, company, ORIGIN))
    assert failed_checks(inspected(text, company)) == {"use"}


def test_inspection_of_a_text_that_is_no_token_says_so(company):
    found = inspected("x", company)
    assert failed_checks(found) == {"signature"} and "no JSON Web Token" in found["signature"][1]


def test_inspection_does_not_quote_the_address(company):
    found = inspected(token(email="anna@example"), company)
    assert failed_checks(found) == {"email"} and "anna" not in str(found)
