"""A hand-off token explained to an operator: every check with its result, not only the first failure."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from portal.accounts.federation.errors import InvalidToken, SignInFailed
from portal.accounts.federation.handoff import replay, tokens
from portal.accounts.federation.handoff.claims import LEEWAY, OPTIONAL, RULES, Expected, parse_time
from portal.accounts.models import Company

_TRANSPORT_SECONDS: Final = (
    5.0  # A token needs some time to arrive: a smaller difference says nothing about clocks.
)


@dataclass(frozen=True)
class Finding:
    """One check of a token: the name of a claim or another check, and its result in a sentence without a full stop."""

    check: str
    is_ok: bool
    message: str


def inspect(token: str, company: Company, origin: str, now: float) -> list[Finding]:
    """The results as if the token had arrived at `now`, in seconds since 1970. The token is not used up.

    The claims are explained even where the signature is wrong. Anyone may have written them then, but they help to find
    out why.
    """
    findings = [_run("signature", partial(tokens.signed_claims, token, company))]
    try:
        claims = tokens.unverified_claims(token)
    except InvalidToken:
        return findings
    expected = Expected(company, origin, now)
    rules = {name: rule for name, rule in RULES.items() if name not in OPTIONAL or name in claims}
    findings += [_run(name, partial(rule, claims, expected)) for name, rule in rules.items()]
    failed = {finding.check for finding in findings if not finding.is_ok}
    if not failed & {"iss", "jti"}:
        used = replay.is_spent(claims["iss"], claims["jti"])
        findings.append(Finding("use", not used, "it was used already" if used else "not used yet"))
    if "iat" not in failed:
        findings.append(Finding("clock", True, _compare_clocks(now - parse_time(claims, "iat"))))
    return findings


def _compare_clocks(age: float) -> str:
    """What the age of a token, in seconds, says about the company's clock."""
    if abs(age) < _TRANSPORT_SECONDS:
        return "right"
    if age < 0:
        return f"the company's is {-age:.0f} seconds ahead of the portal's, and up to {LEEWAY} are tolerated"
    return f"made {age:.0f} seconds ago; if it was made just now, the company's is behind by that"


def _run(name: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except SignInFailed as failure:
        return Finding(name, False, str(failure))
    return Finding(name, True, "right")
