"""The rules for all operations: the key, the paths, the methods, the host."""

import http.client

import pytest

from tests.sandbox.helpers import ALICE, BOB, assert_refused
from tests.support.sandbox import Sandbox

ID = "00000000-0000-4000-8000-000000000000"
OPERATIONS = [
    ("GET", f"/securemail?address={ALICE}"),
    ("POST", "/securemail"),
    ("GET", f"/securemail/count?address={ALICE}"),
    ("GET", f"/securemail/{ID}"),
    ("DELETE", f"/securemail/{ID}"),
    ("GET", f"/securemail/{ID}/userdata"),
]


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.root.rpartition(":")[2])


@pytest.mark.parametrize("key", [None, "", "wrong", "sandbox-key-and-more", "schlüssel"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_each_operation_needs_the_key(sandbox, method, path, key):
    headers = {} if key is None else {"x-api-key": key.encode().decode("latin-1")}
    answer = sandbox.api(method, path, key=None, body={"data": {"fromAddress": BOB}}, headers=headers)
    assert_refused(answer, 400, "INVALID_CLIENT_TOKEN", naming="x-api-key")
    assert sandbox.messages() == []


def test_the_name_of_the_keys_header_is_the_one_of_the_references_examples(sandbox):
    """The reference's table of parameters of "Send secure email" calls the header xxNAMExx."""
    body = {"data": {"fromAddress": ALICE}}
    headers = {"xxNAMExx": sandbox.api_key}
    answer = sandbox.api("POST", "/securemail", key=None, body=body, headers=headers)
    assert_refused(answer, 400, "INVALID_CLIENT_TOKEN", naming="x-api-key")
    assert sandbox.api("POST", "/securemail", body=body)[0] == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "DELETE", "TRACE"])
def test_another_method_is_a_405_with_an_allow_header(sandbox, method):
    status, headers, body = sandbox.http(method, f"{sandbox.url}/securemail")
    assert (status, headers["Allow"]) == (405, "GET, POST")
    assert b"INVALID_ENDPOINT" in body


def test_head_is_refused_and_marks_nothing_read(sandbox):
    status, _, body = sandbox.http("HEAD", f"{sandbox.url}/securemail/{sandbox.add(ALICE)}?read=true")
    assert (status, body) == (405, b"")
    assert sandbox.messages()[0]["status"] == "unread"


@pytest.mark.parametrize(
    "path", ["/", "/securemails", "/securemail/", f"/securemail/{ID}/body", "/%2e%2e/desk/"]
)
def test_an_unknown_path_is_a_404_in_the_same_envelope(sandbox, path):
    assert_refused(sandbox.api("GET", path), 404, "INVALID_ENDPOINT")


@pytest.mark.parametrize("path", ["/nexus/v3/securemail", "/control/messages", "/desk/"])
def test_a_host_that_is_not_this_machine_is_refused(sandbox, path):
    status, _, _ = sandbox.http("GET", sandbox.root + path, None, {"Host": "attacker.example"})
    assert status == 400


def test_a_host_error_of_the_api_is_an_envelope_too(sandbox):
    answer = sandbox.api("GET", "/securemail", headers={"Host": "attacker.example"})
    assert_refused(answer, 400, "INVALID_PARAMETER")


def test_one_connection_serves_many_calls(sandbox):
    connection = http.client.HTTPConnection("127.0.0.1", port_of(sandbox), timeout=60)
    connection.connect()
    first_socket = connection.sock
    for _ in range(3):
        connection.request(
            "GET", f"/nexus/v3/securemail?address={ALICE}", headers={"x-api-key": "sandbox-key"}
        )
        assert connection.getresponse().read().startswith(b"{")
    assert connection.sock is first_socket
    connection.close()
