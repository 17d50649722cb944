"""Other keys, another header for them, other refusals."""

import pytest

from tests.sandbox.helpers import ALICE, assert_refused
from tests.support.sandbox import Sandbox


def status_with(sandbox: Sandbox, key: str) -> int:
    return sandbox.api("GET", "/securemail", query={"address": ALICE}, key=key)[0]


def test_the_keys_can_change_while_it_runs(sandbox):
    sandbox.add(ALICE)
    sandbox.dialect("api-keys=new,newer")
    assert [status_with(sandbox, key) for key in ("new", "newer", "sandbox-key", "")] == [200, 200, 400, 400]
    sandbox.standard()
    assert [status_with(sandbox, key) for key in ("new", "sandbox-key")] == [400, 200]


def test_the_key_can_be_expected_in_another_header(sandbox):
    sandbox.add(ALICE)
    sandbox.dialect("key-header=X-Gateway-Key")
    query = {"address": ALICE}
    answer = sandbox.api("GET", "/securemail", query=query)
    assert_refused(answer, 400, "INVALID_CLIENT_TOKEN", naming="X-Gateway-Key")
    headers = {"x-gateway-key": sandbox.api_key}
    assert sandbox.api("GET", "/securemail", query=query, key=None, headers=headers)[0] == 200


@pytest.mark.parametrize(("status", "message"), [(401, "Unauthorized"), (403, "Forbidden")])
def test_a_wrong_key_can_be_refused_by_a_gateway(sandbox, status, message):
    sandbox.dialect(f"key-refusal={status}")
    assert sandbox.api("GET", "/securemail", key="wrong") == (status, {"message": message})
    assert sandbox.api("POST", "/securemail", key=None, body={}) == (status, {"message": message})
    assert status_with(sandbox, sandbox.api_key) == 404
