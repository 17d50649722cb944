"""Everything the project uses from django-allauth's internal modules. No other module imports those.

Internal means that a new release may change it without notice. tests/accounts/test_allauth_compat.py states what we
rely on and fails when that changes; this module is then the place to adapt. The names are django-allauth's own:

- How the user proved who they are in this session: `get_authentication_records` returns a list of dictionaries with
  "method" and "at" (seconds since the epoch), oldest first, and an empty list for any other user than theirs.
  `record_authentication` adds to it.
- The three things that can be unfinished in a session, each under a session key of its own: a login between its
  stages (`LOGIN_SESSION_KEY`, `get_pending_stage`, `stash_login`, `clear_login`), the proof of an address by a mailed
  code (`EmailVerificationProcess`), and a new password after a mailed code. The codes' states keep the user's primary
  key as text: `str_to_user_id` reads it.
- `perform_login` takes a `Login` through its stages, such as the second step; `logout` ends the session and all
  that was begun in it.
- `get_rates` reads an entry of ACCOUNT_RATE_LIMITS, and `consume` counts one more use against it. Unlike the public
  `allauth.core.ratelimit.consume`, it can count GET requests and use other limits, and returns a usage that can be
  rolled back (None: above the limit). `truncate_ip` is how limits "per ip" see an address: an IPv6 address as its
  network. `blocked_until` and `mfa_rate_key` look at what was counted, and count nothing.
- `LoginCodeVerificationProcess.initiate` mails a code that signs in.
- `PASSKEY_SESSION_KEY` is what a session keeps while a passkey is asked for: its "challenge" is random.
- For the demo and for tests: second steps without going through the pages.
"""

import time
from functools import wraps
from typing import Any, Final

from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    EmailVerificationProcess,
)
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY, clear_login, get_pending_stage, stash_login
from allauth.account.internal.userkit import str_to_user_id
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage, get_rates, truncate_ip
from allauth.mfa.internal.constants import LoginStageKey
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY as PASSKEY_SESSION_KEY
from django.core.cache import cache
from django.http import HttpRequest

from portal.metrics import LIMITS_HIT

# The second step's key among a login's stages; `{"handled": True}` under it skips the step.
MFA_STAGE: Final[str] = LoginStageKey.MFA_AUTHENTICATE.value
_TOTP_SECONDS = 30  # How long an authenticator app shows one code: MFA_TOTP_PERIOD, which is left as it is.


@wraps(ratelimit.consume)
def consume(request: HttpRequest, *, action: str, **options: Any) -> RateLimitUsage | None:
    """Counts for the metrics what a limit refuses."""
    usage: RateLimitUsage | None = ratelimit.consume(request, action=action, **options)
    if usage is None and not options.get("dry_run"):
        LIMITS_HIT.add(action)
    return usage


def totp_code(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows now, or `later` codes from now."""
    counter = int(time.time()) // _TOTP_SECONDS + later
    return str(format_hotp_value(hotp_value(secret, counter)))


def blocked_until(action: str, key: str) -> float | None:
    """When one more use for this key passes the limit, in seconds since the epoch; None if it does now."""
    now, ends = time.time(), []
    for rate in get_rates(app="allauth.account", action=action):
        if rate.per != "key":
            continue
        cache_key = ratelimit.get_cache_key(None, app="allauth.account", action=action, rate=rate, key=key)
        recent = sorted(at for at in cache.get(cache_key, []) if at > now - rate.duration)
        if len(recent) >= rate.amount:
            ends.append(recent[-rate.amount] + rate.duration)
    return max(ends, default=None)


def mfa_rate_key(user_pk: object) -> str:
    """The key under which wrong second steps of a user are counted, as the action "login_failed"."""
    return f"mfa-auth-user-{user_pk}"


__all__ = (
    "AUTHENTICATION_METHODS_SESSION_KEY",
    "EMAIL_VERIFICATION_CODE_SESSION_KEY",
    "LOGIN_SESSION_KEY",
    "MFA_STAGE",
    "PASSKEY_SESSION_KEY",
    "PASSWORD_RESET_VERIFICATION_SESSION_KEY",
    "TOTP",
    "EmailVerificationProcess",
    "LoginCodeVerificationProcess",
    "RateLimitUsage",
    "RecoveryCodes",
    "blocked_until",
    "clear_login",
    "consume",
    "generate_totp_secret",
    "get_authentication_records",
    "get_pending_stage",
    "get_rates",
    "logout",
    "mfa_rate_key",
    "perform_login",
    "raise_if_reauthentication_required",
    "record_authentication",
    "stash_login",
    "str_to_user_id",
    "totp_code",
    "truncate_ip",
)
