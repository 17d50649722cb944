"""Examines whether the proxies in front are declared, and what requests of the last minutes have shown."""

from collections.abc import Iterator
from typing import Final

from django.conf import settings

from portal import proxy
from portal.findings import Finding, ok, unknown, warning
from portal.proxy import Problem

TOPIC: Final = "Proxy"
_MINUTES: Final = proxy.MARK_SECONDS // 60
_FIXES: Final = {
    Problem.UNDECLARED: "Set TRUSTED_PROXY_COUNT to the number of proxies that add to X-Forwarded-For, usually 1.",
    Problem.TOO_FEW: "Lower TRUSTED_PROXY_COUNT, or have each proxy add to X-Forwarded-For. A monitor that asks the"
    " portal past the proxy should ask /readyz.",
    Problem.TOO_MANY: "Raise TRUSTED_PROXY_COUNT to the number of all proxies that add to X-Forwarded-For.",
    Problem.NO_HEADER: "Have the proxy send that header, or correct TRUSTED_CLIENT_IP_HEADER.",
    Problem.SCHEME: "Set SECURE_PROXY_HEADER=X-Forwarded-Proto, if the proxy replaces what browsers send there.",
}


def look() -> Iterator[Finding]:
    try:
        problems = proxy.seen()
    except Exception:  # noqa: BLE001  Each cache has errors of its own.
        yield unknown(TOPIC, f"{_declared()}; it takes the cache to tell what requests have shown.")
        return
    for problem in problems:
        text = f"In the last {_MINUTES} minutes {problem.value}."
        yield warning(TOPIC, text, _FIXES[problem])
    if not problems:
        yield ok(TOPIC, f"{_declared()}; no request of the last {_MINUTES} minutes says otherwise.")


def _declared() -> str:
    if header := settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER:
        return f"Browsers' addresses are taken from {header}"
    if count := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return f"{count} declared" if count > 1 else "One declared"
    return "None declared"
