"""From a token, or a window's code, to a session."""

import pytest
from allauth.mfa.models import Authenticator

from portal.accounts.federation.errors import InvalidToken, OperatorNotAllowed, TokenExpired
from portal.accounts.federation.handoff import login, window_code
from portal.accounts.models import Consumer, SpentToken
from tests.accounts.federation.handoff.browser import call, new_request, signed_in_request
from tests.accounts.federation.handoff.company import ORIGIN, token
from tests.conftest import make_consumer


@pytest.fixture
def anna(db) -> Consumer:
    return make_consumer("Anna")


def add_second_step(consumer):
    Authenticator.objects.create(user=consumer, type="totp", data={"secret": "x"})


def test_token_begins_a_session(company):
    request = new_request()
    result = call(login.login_with_token, request, token(), company, ORIGIN)
    assert result == login.LoginResult(page_changed=True, session_ended=False)
    assert request.user.email == "anna@example.com"


def test_second_token_of_the_same_customer_changes_nothing(company, anna):
    request = signed_in_request(anna, "hand_off")
    key = request.session.session_key
    result = call(login.login_with_token, request, token(), company, ORIGIN)
    assert result == login.LoginResult(page_changed=False, session_ended=False)
    assert request.session.session_key == key


def test_token_of_another_customer_replaces_the_session(company):
    request = signed_in_request(make_consumer("Bob"), "password")
    result = call(login.login_with_token, request, token(), company, ORIGIN)
    assert result == login.LoginResult(page_changed=True, session_ended=True)
    assert request.user.email == "anna@example.com"


def test_operators_session_is_not_replaced_and_the_token_not_used(company, anna):
    olga = make_consumer("Olga")
    olga.is_staff = True
    request = signed_in_request(olga, "password")
    with pytest.raises(OperatorNotAllowed):
        call(login.login_with_token, request, token(), company, ORIGIN)
    assert request.user == olga and not SpentToken.objects.exists()


@pytest.mark.parametrize("log_in", [login.login_with_token, login.authenticate_only])
def test_token_works_once(company, log_in):
    text = token()
    call(log_in, new_request(), text, company, ORIGIN)
    with pytest.raises(TokenExpired):
        call(log_in, new_request(), text, company, ORIGIN)


@pytest.mark.parametrize("log_in", [login.login_with_token, login.authenticate_only])
def test_invalid_token_opens_no_account(company, log_in):
    with pytest.raises(InvalidToken):
        call(log_in, new_request(), token(aud="x"), company, ORIGIN)
    assert not Consumer.objects.exists()


def test_token_of_a_customer_with_a_second_step_leaves_it_pending(company, anna):
    add_second_step(anna)
    request = new_request()
    call(login.login_with_token, request, token(), company, ORIGIN)
    assert not request.user.is_authenticated and login.has_pending_mfa(request)
    assert login.pending_mfa_url(request, "/inbox/claims/") == "/accounts/2fa/authenticate/"


def test_authentication_alone_touches_no_session(company):
    request = new_request()
    consumer, (record,) = login.authenticate_only(request, token(), company, ORIGIN)
    assert consumer.email == "anna@example.com"
    assert (record["method"], record["issuer"]) == ("hand_off", company.issuer)
    assert not request.user.is_authenticated and not login.has_pending_mfa(request)


@pytest.mark.parametrize(("methods", "is_signed_in"), [(("hand_off",), False), (("hand_off", "mfa"), True)])
def test_code_asks_for_a_second_step_unless_the_frames_session_has_passed_it(anna, methods, is_signed_in):
    add_second_step(anna)
    proofs = [{"method": method, "at": 1_800_000_000.0} for method in methods]
    code = window_code.find(window_code.issue(anna, proofs, "/inbox/claims/"))
    request = new_request()
    response = call(login.login_with_code, request, code)
    assert request.user.is_authenticated is is_signed_in
    assert response.url == ("/inbox/claims/" if is_signed_in else "/accounts/2fa/authenticate/")
