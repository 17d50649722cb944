"""Explains the calls that failed: what is wrong, and where to mend it."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from inbox.diagnosis.calls import LISTED, RANDOM, Observations, Step
from inbox.diagnosis.setup import Setup
from inbox.securemail import BadAnswer, Misconfigured, NotFound, Rejected, SecureMailError, Unauthorised
from portal.findings import Finding, failure, warning

_TOPIC: Final = "API"
_MAX_NAMES: Final = 20
_OF_PROXY: Final = "ProxyError, "  # Begins the reason if the proxy is the trouble.


def check(seen: Observations, setup: Setup) -> Iterator[Finding]:
    """A finding for each kind of failure, which names the calls that it befell."""
    kinds: dict[str, list[Step]] = {}
    for step in seen.steps:
        # If only this one fails, `contact` says what that means.
        if step.error and not (step.name == RANDOM and seen.counts):
            kinds.setdefault(_without_operation(step.error), []).append(step)
    for steps in kinds.values():
        message, fix = _explain(steps[0], setup)
        names = ", ".join(step.name for step in steps)
        yield failure(_TOPIC, f"{names}: {message}{_words(steps[0])}", fix)
        yield from _other_place(steps[0], setup)


def _other_place(step: Step, setup: Setup) -> Iterator[Finding]:
    """Where the API may keep its messages, if they are not where they are looked for."""
    types = step.shape.types if step.shape and isinstance(step.error, BadAnswer) else {}
    if step.error and step.error.operation == "list":
        keys = [name for name, kind in types.items() if kind == "list" and types.get(f"{name}[]") == "object"]
        part = "list_keys"
    else:
        keys = [name for name, kind in types.items() if kind == "object" and name not in _ENVELOPE]
        part = "message_keys"
    keys = [key for key in keys if "[]" not in key]
    if keys and step.error and step.error.operation in ("list", "get"):
        found = "a list of objects" if part == "list_keys" else "an object"
        message = f"{keys[0]} is {found}: the messages may be there."
        yield warning("Suggestion", message, setup.place, setup.line(part, keys[:1]))


_ENVELOPE: Final = ("status", "operationId", "referenceId")


def _without_operation(error: SecureMailError) -> str:
    return f"{type(error).__name__} {str(error).partition(': ')[2]}"


def _words(step: Step) -> str:
    words = step.shape.words if step.shape else ""
    return f" It says: {words}" if words else ""


def _explain(step: Step, setup: Setup) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    error = step.error
    if error is None:
        return "", ""
    if isinstance(error, Unauthorised):
        return (
            f"the API refuses the key ({_facts(error)}).",
            f"Check {setup.setting('keys')}, that it belongs to this contact centre, and that this machine may use it.",
        )
    if isinstance(error, Misconfigured) and error.http_status == 407:
        return _no_way_through_proxy("HTTP 407", setup)
    if isinstance(error, Misconfigured) and error.http_status:
        path = urlsplit(setup.connection.url).path or "/"
        return (
            f"there is no Secure Email API at {setup.connection.url} ({_facts(error)}).",
            f"Check the base path, {path}, in {setup.setting('url')}: it usually ends in /nexus/v3.",
        )
    if isinstance(error, BadAnswer):
        return _not_the_api(step, error, setup)
    if error.http_status is None:
        return _no_answer(error, setup)
    return _refusal(error)


def _refusal(error: SecureMailError) -> tuple[str, str]:
    facts = _facts(error)
    if isinstance(error, NotFound):
        return (
            f"a message that the API listed cannot be fetched ({facts}).",
            "Check which key is taken for the id.",
        )
    if isinstance(error, Rejected):
        return f"the API refuses the call ({facts}).", "Check the address and the securebox's name."
    if error.http_status == 429:
        return f"the API has had too many calls ({facts}).", "Try again later, or have its limit raised."
    return f"the API has trouble of its own ({facts}).", "Ask its operators, with the time of this call."


def _not_the_api(step: Step, error: SecureMailError, setup: Setup) -> tuple[str, str]:
    if error.reason == "too long":
        return (
            "the answer is longer than SECUREMAIL_MAX_BYTES.",
            f"{LISTED} messages were asked for, as many as badges count. Raise it, or let lists have shorter texts.",
        )
    types = step.shape.types if step.shape else {}
    # What is in the entries of a list would hide where that list is.
    names = [f"{name} ({kind})" for name, kind in types.items() if "[]" not in name]
    held = f"; it held {', '.join(names[:_MAX_NAMES])}" if names else ""
    return (
        f"what answers is not this API, or has another form ({_facts(error)}{held}).",
        f"Check {setup.setting('url')}, and that nothing in between answers or redirects: a proxy, a sign-in page.",
    )


def _no_answer(error: SecureMailError, setup: Setup) -> tuple[str, str]:
    if error.reason.startswith(_OF_PROXY):
        return _no_way_through_proxy(error.reason.removeprefix(_OF_PROXY), setup)
    message, fix = _no_connection(error, setup)
    proxy = setup.connection.proxy_address if setup.connection.proxy else ""
    return (f"{message} The way led through the proxy {proxy}." if proxy else message), fix


def _no_way_through_proxy(problem: str, setup: Setup) -> tuple[str, str]:
    proxy = setup.connection.proxy_address
    if problem == "HTTP 407":
        return (
            f"the proxy {proxy} asks for a user name and a password, or refuses them.",
            "See SECUREMAIL_PROXY.",
        )
    return (
        f"the proxy {proxy} gives no connection to {_host(setup)} ({problem}).",
        f"Check {setup.setting('proxy')}, and that the proxy lets this machine through to that host and port.",
    )


def _no_connection(error: SecureMailError, setup: Setup) -> tuple[str, str]:
    host, timeouts, kind = _host(setup), setup.timeouts, error.reason.partition(",")[0]
    if kind == "gaierror":
        return (
            f"the name of {host} is not known here.",
            f"Check {setup.setting('url')} and this machine's name resolution.",
        )
    if kind == "SSLCertVerificationError":
        return (
            f"the certificate that {host} shows is not trusted here, has expired, or is for another name.",
            f"If the company's own authority issued it, name that authority's file in {setup.setting('ca_file')}.",
        )
    if isinstance(error, Misconfigured):
        return (
            f"{host} refuses the portal's certificate, or wants one ({error.reason}).",
            f"Check {setup.setting('client_certificate')}.",
        )
    if kind == "ConnectionRefusedError":
        return f"nothing listens at {host}.", f"Check host and port in {setup.setting('url')}."
    if kind == "TimeoutError" and error.certainly_not_sent:
        return (
            f"no connection to {host} within {timeouts.connect:g} s (SECUREMAIL_CONNECT_TIMEOUT).",
            "See that the firewall lets this machine through.",
        )
    if kind == "TimeoutError":
        limits = f"{timeouts.read:g} s of silence (SECUREMAIL_READ_TIMEOUT), {timeouts.deadline:g} s in all"
        return (
            f"{host} gave no complete answer within {limits} (SECUREMAIL_DEADLINE).",
            "If it is always as slow, raise these limits; people wait as long for each page.",
        )
    return (
        f"the connection to {host} failed ({error.reason}).",
        "Check what stands in between: a firewall, a proxy, a TLS server with other settings.",
    )


def _host(setup: Setup) -> str:
    url = urlsplit(setup.connection.url)
    return f"{url.hostname}:{url.port or (443 if url.scheme == 'https' else 80)}"


def _facts(error: SecureMailError) -> str:
    return str(error).partition(": ")[2]
