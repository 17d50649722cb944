"""Helpers for tests of the API's operations: consumers, short calls, and an assertion for refusals."""

from typing import Any
from uuid import UUID

from tests.support.sandbox import Sandbox

ALICE = "alice@example.com"
BOB = "bob@example.com"
CODES = {"SUCCESS", "FAILURE", "INVALID_CLIENT_TOKEN", "INVALID_PARAMETER", "INVALID_ENDPOINT"}

Answer = tuple[int, dict[str, Any]]


def send(sandbox: Sandbox, *, securebox: str = "", **data: Any) -> str:
    """Send a secure email from Alice, and return its id."""
    body = {"data": {"fromAddress": ALICE, "subject": "A question", "text": "When?"} | data}
    query = {"securebox": securebox} if securebox else None
    _, answer = sandbox.api("POST", "/securemail", query=query, body=body)
    return str(answer["secureMailId"])


def listed(sandbox: Sandbox, **query: Any) -> list[dict[str, Any]]:
    _, answer = sandbox.api("GET", "/securemail", query={"address": ALICE} | query)
    return list(answer["data"])


def subjects(sandbox: Sandbox, **query: Any) -> list[str]:
    return [mail["subject"] for mail in listed(sandbox, **query)]


def stored(sandbox: Sandbox, mail_id: str) -> dict[str, Any]:
    return next(mail for mail in sandbox.messages() if mail["id"] == mail_id)


def assert_refused(answer: Answer, status: int, code: str, *, naming: str = "") -> None:
    http_status, body = answer
    assert http_status == status
    assert body["status"]["code"] == code
    assert naming in body["status"]["message"]
    assert UUID(body["referenceId"])
    assert "data" not in body
