"""Which sessions end after a refused token, and which continue."""

import pytest
from allauth.socialaccount.models import SocialAccount

from portal.accounts.federation.errors import InvalidKey, InvalidToken, ProviderUnavailable
from portal.accounts.federation.handoff import logout
from portal.accounts.federation.handoff.tokens import RejectedSubject
from portal.accounts.models import Company, Consumer
from tests.accounts.federation.handoff.browser import new_request, signed_in_request
from tests.accounts.federation.handoff.company import ISSUER
from tests.conftest import make_consumer

HAND_OFF, PASSWORD = "hand_off", "password"


@pytest.fixture
def anna(db) -> Consumer:
    anna = make_consumer("Anna")
    SocialAccount.objects.create(user=anna, provider=ISSUER, uid="anna-1", extra_data={})
    return anna


def subject(name="anna-1", address="anna@example.com", is_signed=True):
    return RejectedSubject(ISSUER, name, address, is_signed)


UNREACHABLE, WRONG_CLAIM, WRONG_KEY = ProviderUnavailable("x"), InvalidToken("x"), InvalidKey("x")


@pytest.mark.parametrize(
    ("method", "failure", "rejected", "ends"),
    [
        (HAND_OFF, WRONG_CLAIM, subject(), False),
        (HAND_OFF, WRONG_CLAIM, subject("bob-1", "bob@example.com"), True),
        (HAND_OFF, WRONG_CLAIM, subject("anna-2"), False),
        (HAND_OFF, WRONG_CLAIM, subject("anna-2", ""), True),
        (HAND_OFF, WRONG_KEY, subject(is_signed=False), True),
        (HAND_OFF, WRONG_KEY, None, True),
        (HAND_OFF, UNREACHABLE, subject(is_signed=False), False),
        (HAND_OFF, UNREACHABLE, subject("bob-1", is_signed=False), False),
        (HAND_OFF, UNREACHABLE, subject("bob-1", "bob@example.com", is_signed=False), True),
        (HAND_OFF, UNREACHABLE, None, True),
        (PASSWORD, WRONG_CLAIM, subject(), False),
        (PASSWORD, WRONG_CLAIM, subject("bob-1", "bob@example.com"), True),
        (PASSWORD, WRONG_KEY, subject("bob-1", "bob@example.com", is_signed=False), False),
        (PASSWORD, WRONG_KEY, None, False),
    ],
)
def test_session_ends_unless_it_is_proved_to_be_the_same_persons(anna, method, failure, rejected, ends):
    request = signed_in_request(anna, method)
    assert logout.end_on_rejected_token(request, failure, rejected) is ends
    assert request.user.is_authenticated is not ends


def test_operators_session_continues(anna):
    anna.is_staff = True
    request = signed_in_request(anna, PASSWORD)
    assert not logout.end_on_rejected_token(request, WRONG_CLAIM, subject("bob-1", "bob@example.com"))
    assert request.user.is_authenticated


def test_hand_off_session_ends_for_a_consumer_who_became_an_operator(anna):
    anna.is_staff = True
    assert logout.end_on_rejected_token(signed_in_request(anna, HAND_OFF), WRONG_CLAIM, subject())


def test_nothing_ends_where_no_session_is_open(db):
    assert not logout.end_on_rejected_token(new_request(), WRONG_KEY, None)


@pytest.mark.parametrize(
    ("method", "issuer", "ends"),
    [(HAND_OFF, ISSUER, True), (HAND_OFF, "https://other.example", False), (PASSWORD, ISSUER, False)],
)
def test_website_ends_only_sessions_that_its_own_hand_off_began(anna, method, issuer, ends):
    request = signed_in_request(anna, method, issuer=issuer)
    assert logout.end_handoff_session(request, Company(issuer=ISSUER)) is ends
    assert request.user.is_authenticated is not ends
