"""The OpenAPI document, and the server under calls generated from it, valid and invalid ones."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.helpers import ALICE
from tests.support.sandbox import Sandbox

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
PARAMETERS = {
    ("list", "address", "status", "index", "count", "securebox"),
    ("send", "securebox"),
    ("count", "address", "status", "securebox"),
    ("get", "secureMailId", "read"),
    ("remove", "secureMailId", "remove"),
    ("userdata", "secureMailId"),
}
STATUS_CODES = {
    "list": {"200", "400", "404", "500"},
    "send": {"200", "400", "500"},
    "count": {"200", "400", "404", "500"},
    "get": {"200", "400", "500"},
    "remove": {"200", "400", "404", "500"},
    "userdata": {"200", "400", "500"},
}


def document_of(sandbox: Sandbox) -> dict:
    return json.loads(sandbox.http("GET", f"{sandbox.url}/openapi.json")[2])


def operations_of(document: dict) -> list[dict]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


@pytest.mark.slow
@pytest.mark.proof
def test_generated_calls_are_answered_as_documented(sandbox, tmp_path):
    sandbox.add(ALICE)
    command = [SCHEMATHESIS, "--config-file", CONFIGURATION, "run", f"{sandbox.url}/openapi.json"]
    command += ["--max-examples", "50"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)  # noqa: S603  A command of our own.
    assert result.returncode == 0, result.stdout
    done = {call["operation"] for call in sandbox.calls() if call["status"] == 200}
    assert done >= {"list", "send", "count", "get", "remove", "userdata"}


def test_the_document_has_the_references_parameters(sandbox):
    document = document_of(sandbox)
    shared = document["components"]["parameters"]

    def name(parameter: dict) -> str:
        return parameter.get("name") or shared[parameter["$ref"].rpartition("/")[2]]["name"]

    found = {(each["operationId"], *map(name, each["parameters"])) for each in operations_of(document)}
    assert found == PARAMETERS


def test_the_document_has_the_references_status_codes(sandbox):
    found = {each["operationId"]: set(each["responses"]) for each in operations_of(document_of(sandbox))}
    assert found == STATUS_CODES


def test_the_document_needs_no_key_and_can_only_be_read(sandbox):
    assert sandbox.http("GET", f"{sandbox.url}/openapi.json")[0] == 200
    assert sandbox.http("POST", f"{sandbox.url}/openapi.json", b"{}")[0] == 405
