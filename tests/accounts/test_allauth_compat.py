"""What we rely on in django-allauth's internal modules: a release that changes it fails here, not in production."""

import inspect
import time

import pytest
import time_machine
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import Login
from allauth.account.utils import url_str_to_user_pk
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from portal.accounts import allauth_compat as compat


@pytest.fixture
def request_(db):
    """A request without a user, with a session of its own."""
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    request._messages = FallbackStorage(request)
    with context.request_context(request):
        yield request


def parameters(function):
    return list(inspect.signature(function).parameters)


def test_the_session_keys_are_those_that_stored_sessions_carry():
    assert compat.AUTHENTICATION_METHODS_SESSION_KEY == "account_authentication_methods"
    assert compat.LOGIN_SESSION_KEY == "account_login"
    assert compat.EMAIL_VERIFICATION_CODE_SESSION_KEY == "account_email_verification_code"
    assert compat.PASSWORD_RESET_VERIFICATION_SESSION_KEY == "account_password_reset_verification"
    assert compat.MFA_STAGE == "mfa_authenticate"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (compat.get_authentication_records, ["request", "user"]),
        (compat.record_authentication, ["request", "user", "method", "extra_data"]),
        (compat.perform_login, ["request", "login"]),
        (compat.logout, ["request", "show_message"]),
        (compat.raise_if_reauthentication_required, ["request", "app"]),
        (compat.clear_login, ["request"]),
        (compat.get_pending_stage, ["request"]),
        (compat.stash_login, ["request", "login"]),
        (compat.str_to_user_id, ["value"]),
        (compat.truncate_ip, ["ip"]),
        (compat.get_rates, ["app", "action", "config"]),
        (compat.ratelimit.get_cache_key, ["request", "app", "action", "rate", "key", "user"]),
        (DefaultAccountAdapter.generate_login_code, ["self"]),
        (DefaultAccountAdapter.generate_password_reset_code, ["self"]),
        (DefaultAccountAdapter.send_account_already_exists_mail, ["self", "email"]),
        (compat.TOTP.activate, ["user", "secret"]),
        (compat.RecoveryCodes.activate, ["user"]),
        (DefaultAccountAdapter.pre_authenticate, ["self", "request", "credentials"]),
        (DefaultAccountAdapter._delete_login_attempts_cached_email, ["self", "request", "credentials"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_signatures(function, expected):
    assert parameters(function) == expected


def test_the_parameters_of_consume_that_we_use():
    assert {"request", "app", "action", "config", "key", "limit_get"} <= set(parameters(compat.consume))


def test_the_parameters_of_login_that_we_use():
    assert {"user", "redirect_url", "state", "signal_kwargs"} <= set(parameters(Login))


def test_authentication_records_are_the_users_own_oldest_first(request_, alice, bob):
    before = time.time()
    compat.record_authentication(request_, alice, "password")
    compat.record_authentication(request_, alice, "hand_off", issuer="https://example.com", at=12.5)
    first, second = compat.get_authentication_records(request_, alice)
    assert first["method"] == "password" and before <= first["at"] <= time.time()
    # A record that is carried over to another session keeps its own time.
    assert second == {"method": "hand_off", "issuer": "https://example.com", "at": 12.5}
    assert compat.get_authentication_records(request_, bob) == []
    assert compat.get_authentication_records(request_, AnonymousUser()) == []
    assert request_.session[compat.AUTHENTICATION_METHODS_SESSION_KEY] == [first, second]


def test_a_stashed_login_can_be_read_continued_and_cleared(request_, alice):
    compat.record_authentication(request_, alice, "password")
    compat.stash_login(request_, Login(user=alice, email="a@example.com", redirect_url="/x/"))
    kept = request_.session[compat.LOGIN_SESSION_KEY]
    assert url_str_to_user_pk(kept["user_pk"]) == alice.pk
    assert kept["email"] == "a@example.com" and kept["initiated_at"] <= time.time()
    stage = compat.get_pending_stage(request_)
    assert stage.login.user == alice and stage.login.redirect_url == "/x/" and hasattr(stage, "urlname")
    compat.clear_login(request_)
    assert compat.LOGIN_SESSION_KEY not in request_.session
    assert compat.get_authentication_records(request_, alice) == []


def test_a_login_of_a_pretended_user_has_no_key(request_):
    compat.stash_login(request_, Login(user=None, email="stranger@example.com"))
    assert request_.session[compat.LOGIN_SESSION_KEY]["user_pk"] is None


@pytest.mark.parametrize("handled", [False, True])
def test_a_second_step_that_is_marked_as_handled_is_not_asked_for(request_, alice, handled):
    compat.TOTP.activate(alice, compat.generate_totp_secret())
    login = Login(user=alice, redirect_url="/x/", state={"stages": {compat.MFA_STAGE: {"handled": handled}}})
    answer = compat.perform_login(request_, login)
    assert answer.url == ("/x/" if handled else "/accounts/2fa/authenticate/")
    assert request_.user.is_authenticated is handled


def test_the_state_of_a_mailed_code_names_its_user_time_and_address(request_, alice):
    process = compat.EmailVerificationProcess.initiate(request=request_, user=alice, email="new@example.com")
    kept = request_.session[compat.EMAIL_VERIFICATION_CODE_SESSION_KEY]
    assert compat.str_to_user_id(kept["user_id"]) == alice.pk
    assert kept["email"] == "new@example.com" and kept["at"] <= time.time() and kept["code"] == process.code
    assert compat.EmailVerificationProcess.resume(request_).email == "new@example.com"


def test_nothing_is_resumed_where_no_code_was_mailed(request_):
    assert compat.EmailVerificationProcess.resume(request_) is None


def test_logout_ends_what_was_begun(request_, alice):
    compat.record_authentication(request_, alice, "password")
    compat.stash_login(request_, Login(user=alice))
    request_.session[compat.PASSWORD_RESET_VERIFICATION_SESSION_KEY] = {"at": 0}
    compat.logout(request_, show_message=False)
    assert list(request_.session.keys()) == []


def test_a_use_that_is_rolled_back_is_not_counted(request_, settings):
    settings.ACCOUNT_RATE_LIMITS = {"tried": "1/m/key"}

    def use():
        return compat.consume(request_, app="allauth.account", action="tried", key="x")

    first = use()
    assert isinstance(first, compat.RateLimitUsage) and first
    assert use() is None
    first.rollback()
    assert use()


def test_a_get_request_is_counted_on_demand_only(settings):
    settings.ACCOUNT_RATE_LIMITS = {"tried": "1/m/ip"}
    request = RequestFactory().get("/")
    used = [compat.consume(request, app="allauth.account", action="tried", limit_get=True) for _ in "ab"]
    assert used[0] and used[1] is None
    assert compat.consume(request, app="allauth.account", action="tried")


def test_a_dry_run_counts_nothing(request_, settings):
    settings.ACCOUNT_RATE_LIMITS = {"tried": "1/m/key"}
    tries = [
        compat.consume(request_, app="allauth.account", action="tried", key="x", dry_run=True) for _ in "ab"
    ]
    assert all(tries)


def test_a_code_that_signs_in_is_kept_with_the_address_it_was_mailed_to(request_, alice):
    process = compat.LoginCodeVerificationProcess.initiate(request=request_, user=alice, email=alice.email)
    assert request_.session[compat.LOGIN_SESSION_KEY]["email"] == alice.email and process.code


def test_the_adapter_rolls_back_the_use_that_it_finds_under_this_name(request_):
    rolled_back = []
    adapter = DefaultAccountAdapter(request_)
    adapter._login_failed_rl_usage = type("Usage", (), {"rollback": lambda _self: rolled_back.append(1)})()
    adapter._rollback_login_failed_rl_usage()
    assert rolled_back


def test_secrets_of_second_steps_are_kept_under_these_names(alice):
    secret = compat.generate_totp_secret()
    compat.TOTP.activate(alice, secret)
    compat.RecoveryCodes.activate(alice)
    kept = {step.type: set(step.data) for step in Authenticator.objects.all()}
    assert kept == {"totp": {"secret"}, "recovery_codes": {"seed", "used_mask"}}


def test_a_code_of_now_is_accepted_and_later_ones_are_not(alice, time_machine):
    time_machine.move_to(1_000_000_000, tick=False)
    secret = compat.generate_totp_secret()
    app = compat.TOTP.activate(alice, secret)
    assert not app.validate_code(compat.totp_code(secret, later=2))
    assert app.validate_code(compat.totp_code(secret))
    codes = compat.RecoveryCodes.activate(alice)
    assert codes.generate_codes() == codes.get_unused_codes()


def test_the_end_of_a_limit_is_found_without_counting(request_, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,2/5m/key,3/h/key"}
    key = compat.mfa_rate_key(7)
    with time_machine.travel("2026-11-28T18:00:00Z", tick=False) as now:
        began = time.time()
        for used, end in ((0, None), (1, None), (2, began + 300)):
            assert (used, compat.blocked_until("login_failed", key)) == (used, end)
            compat.consume(request_, app="allauth.account", action="login_failed", key=key)
        now.shift(301)
        assert compat.blocked_until("login_failed", key) is None
        compat.consume(request_, app="allauth.account", action="login_failed", key=key)
        assert compat.blocked_until("login_failed", key) == began + 3600
