"""Schemathesis on what the portal's own scripts ask for. Of the sandbox, tests/sandbox/test_openapi.py takes care."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.judges.front import Front

EXAMPLES = 40  # For each operation.
_TOKEN = "a" * 32  # Cookie and header agree on it: that is all that the check asks for.
_FRAME = "/embed/in/https:www.company.example"
_ERROR = {"application/json": {"schema": {"type": "object"}}, "text/html": {"schema": {"type": "string"}}}
_COUNT = {"type": ["integer", "null"], "minimum": 0}
_SECONDS = {
    "type": "object",
    "required": ["idle", "absolute"],
    "properties": {"idle": {"type": "integer"}, "absolute": {"type": "integer"}},
}
_UNREAD = {
    "type": "object",
    "required": ["total", "secureboxes", "as_of", "stale"],
    "properties": {
        "total": _COUNT,
        "secureboxes": {"type": "object", "additionalProperties": _COUNT},
        "as_of": {"type": "string"},
        "stale": {"type": "boolean"},
    },
}
_TEXT = {"type": "string"}
_DRAFT = {
    "type": "object",
    "properties": dict.fromkeys(("subject", "text", "form", "version", "page", "step"), _TEXT),
}
_TOKEN_BODY = {"type": "object", "properties": {"token": {"type": ["string", "null"]}}}


def _operation(answer: dict[str, Any], *errors: str, **more: Any) -> dict[str, Any]:
    responses = {"200": {"description": "", "content": {"application/json": {"schema": answer}}}}
    responses |= {
        code: {"description": "", "content": _ERROR}
        for code in ("400", "403", "404", "413", "415", "429", *errors)
    }
    return {"responses": responses, **more}


def _or_nothing(operation: dict[str, Any]) -> dict[str, Any]:
    """The session has ended."""
    operation["responses"]["204"] = {"description": ""}
    return operation


def _body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {kind: {"schema": schema}}}}


def _path(name: str) -> dict[str, Any]:
    schema = {"type": "string", "format": "uuid"} if name == "nonce" else {"enum": ["claims", "none"]}
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": schema}]}


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "What the portal's own scripts ask for", "version": "1"},
    "paths": {
        "/unread.json": {"get": _operation(_UNREAD, "401")},
        "/accounts/session.json": {"get": _or_nothing(_operation(_SECONDS))},
        "/accounts/session/extend/": {"post": _or_nothing(_operation(_SECONDS))},
        "/outgoing/{nonce}/state.json": {"get": _operation({"type": "object"}, "401", **_path("nonce"))},
        "/inbox/{slug}/compose/draft/": {
            "post": _operation(
                {"type": "object"},
                "401",
                "409",
                **_path("slug"),
                **_body("application/x-www-form-urlencoded", _DRAFT),
            )
        },
        f"{_FRAME}/embed/state.json": {"get": _operation({"type": "object"}, "401")},
        f"{_FRAME}/embed/window/": {
            "post": _operation({"type": "object"}, "401", **_body("application/json", _TOKEN_BODY))
        },
        f"{_FRAME}/embed/hand-off/": {
            "post": _operation({"type": "object"}, "401", **_body("application/json", _TOKEN_BODY))
        },
    },
}
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def findings(front: Front, folder: Path) -> list[str]:
    document = folder / "portal.json"
    document.write_text(json.dumps(DOCUMENT))
    (folder / "schemathesis.toml").write_text(
        "color = false\nwarnings = false\n[generation]\ndeterministic = true\n"
    )
    headers = {
        "Cookie": f"{front.cookie}; __Host-csrftoken={_TOKEN}",
        "X-CSRFToken": _TOKEN,
        "X-Requested-With": "SecureInbox",
        "Origin": front.origin,
        "Referer": f"{front.origin}/",
    }
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", folder / "schemathesis.toml"]
    command += ["run", document, "--url", front.origin, "--tls-verify", front.certificate.chain]
    command += [
        "--checks",
        _CHECKS,
        "--max-examples",
        str(EXAMPLES),
        "--max-redirects",
        "0",
        "--max-time",
        "120",
    ]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=400)  # noqa: S603  Ours.
    for line in run.stdout.splitlines():
        if "generated" in line or "operations" in line.lower():
            print(f"  {line.strip()}")
    return [] if run.returncode == 0 else [run.stdout + run.stderr]
