import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.helpers import ALICE, BOB, assert_refused, listed, send, subjects
from tests.support.patience import await_true
from tests.support.sandbox import Sandbox

LETTER = {"data": {"fromAddress": ALICE, "subject": "A question"}}


def raw_list(sandbox: Sandbox) -> tuple[int, str, bytes]:
    url = f"{sandbox.url}/securemail?address={ALICE}"
    status, headers, body = sandbox.http("GET", url, None, {"x-api-key": sandbox.api_key})
    return status, headers["Content-Type"], body


def test_a_status_fault_returns_its_status_and_code(sandbox):
    sandbox.fault("status", status=503, code="INVALID_SESSION")
    assert_refused(sandbox.api("GET", "/securemail"), 503, "INVALID_SESSION")


@pytest.mark.parametrize("retry_after", ["30", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])
@pytest.mark.parametrize("kind", ["status", "gateway"])
def test_a_status_can_ask_to_come_back_later(sandbox, kind, retry_after):
    sandbox.fault(kind, status=429, retry_after=retry_after, times=1)
    sandbox.fault(kind, status=429)
    asked, unasked = (sandbox.http("GET", f"{sandbox.url}/securemail") for _ in "ab")
    assert (asked[0], asked[1]["Retry-After"]) == (429, retry_after)
    assert (unasked[0], unasked[1]["Retry-After"]) == (429, None)


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("page", b"<!doctype html><title>Bad Gateway</title><h1>502 Bad Gateway</h1>"),
        ("json", b'{"message": "Bad Gateway"}'),
        ("empty", b""),
    ],
)
def test_a_gateways_error_has_no_envelope(sandbox, form, body):
    sandbox.fault("gateway", form=form)
    assert raw_list(sandbox)[::2] == (502, body)


def test_a_gateway_can_have_a_status_of_its_own(sandbox):
    sandbox.fault("gateway", status=599)
    assert raw_list(sandbox)[2] == b"<!doctype html><title>Error</title><h1>599 Error</h1>"


def test_a_failure_fault_is_a_200_with_a_code_of_failure(sandbox):
    sandbox.fault("failure", operation="send")
    assert_refused(sandbox.api("POST", "/securemail", body=LETTER), 200, "FAILURE")
    assert sandbox.messages() == []


def test_a_delayed_call_gets_its_normal_response_later(sandbox):
    sandbox.add(ALICE, "slow")
    sandbox.fault("delay", seconds=0.3)
    begin = time.monotonic()
    assert subjects(sandbox) == ["slow"]
    assert time.monotonic() - begin >= 0.3


def test_a_hanging_call_blocks_no_other_and_is_dropped_when_cleared(sandbox):
    sandbox.add(ALICE, "fine")
    sandbox.fault("hang", operation="count", times=1)
    with ThreadPoolExecutor() as pool:
        hanging = pool.submit(sandbox.api, "GET", "/securemail/count", query={"address": ALICE})
        assert await_true(lambda: sandbox.calls("count"))
        assert subjects(sandbox) == ["fine"]
        assert not hanging.done()
        sandbox.heal()
        with pytest.raises(http.client.RemoteDisconnected):
            hanging.result(timeout=60)


def test_a_closed_call_does_nothing_and_gets_no_response(sandbox):
    sandbox.fault("close", operation="send")
    with pytest.raises(ConnectionError):
        sandbox.api("POST", "/securemail", body=LETTER)
    assert sandbox.messages() == []
    assert sandbox.calls("send")[0]["status"] is None


def test_stored_then_error_keeps_the_message(sandbox):
    sandbox.fault("store_then_error", operation="send")
    assert_refused(sandbox.api("POST", "/securemail", body=LETTER), 500, "FAILURE")
    assert [mail["subject"] for mail in sandbox.messages()] == ["A question"]


def test_stored_then_closed_keeps_the_message(sandbox):
    sandbox.fault("store_then_close", operation="send")
    with pytest.raises(ConnectionError):
        sandbox.api("POST", "/securemail", body=LETTER)
    assert [mail["subject"] for mail in sandbox.messages()] == ["A question"]


def test_garbage_is_declared_as_json_but_invalid(sandbox):
    sandbox.fault("garbage")
    status, content_type, body = raw_list(sandbox)
    assert (status, content_type) == (200, "application/json")
    with pytest.raises(ValueError, match="codec"):
        json.loads(body)


def test_a_response_can_be_an_html_page(sandbox):
    sandbox.fault("html")
    status, content_type, body = raw_list(sandbox)
    assert (status, content_type) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("size", [1000, 3_000_000])
def test_a_huge_response_is_json_of_the_given_size(sandbox, size):
    sandbox.fault("huge", bytes=size)
    _, _, body = raw_list(sandbox)
    assert len(body) == size
    assert json.loads(body)["status"]["code"] == "SUCCESS"


def test_a_dripped_response_arrives_completely(sandbox):
    sandbox.add(ALICE, "drip")
    sandbox.fault("drip", interval=0.001)
    begin = time.monotonic()
    assert subjects(sandbox) == ["drip"]
    assert time.monotonic() - begin >= 0.3


def test_a_redirect_points_to_the_given_url(sandbox):
    sandbox.fault("redirect", url="http://127.0.0.1:9/elsewhere")
    url = f"{sandbox.url}/securemail?address={ALICE}"
    status, headers, _ = sandbox.http("GET", url, None, {"x-api-key": sandbox.api_key})
    assert (status, headers["Location"]) == (302, "http://127.0.0.1:9/elsewhere")


def test_a_late_message_is_stored_at_once_and_listed_later(sandbox):
    sandbox.add(ALICE, "early")
    sandbox.fault("late", seconds=3600, times=1)
    send(sandbox, subject="in an hour")
    assert len(sandbox.messages()) == 2
    assert subjects(sandbox) == ["early"]
    sandbox.fault("late", seconds=0.1)
    send(sandbox, subject="late")
    assert await_true(lambda: subjects(sandbox) == ["late", "early"])


@pytest.mark.parametrize("kind", ["missing_fields", "odd"])
def test_malformed_items_are_mixed_in_and_good_ones_stay(sandbox, kind):
    sandbox.add(ALICE, "first")
    sandbox.add(ALICE, "second")
    good = listed(sandbox)
    sandbox.fault(kind)
    mixed = listed(sandbox)
    assert [item for item in mixed if item in good] == good
    assert len(mixed) >= len(good) + 5
    assert mixed.index(good[1]) == 2


def test_a_fault_can_be_for_one_operation_one_address_and_one_securebox(sandbox):
    sandbox.add(ALICE, securebox="claims")
    sandbox.add(BOB, securebox="claims")
    sandbox.fault("status", operation="list", address="Alice@example.com", securebox="claims")

    def status(path: str, address: str, securebox: str) -> int:
        return sandbox.api("GET", path, query={"address": address, "securebox": securebox})[0]

    assert status("/securemail", ALICE, "claims") == 500
    assert status("/securemail", BOB, "claims") == 200
    assert status("/securemail", ALICE, "billing") == 200
    assert status("/securemail/count", ALICE, "claims") == 200


@pytest.mark.parametrize("path", ["/securemail/{}", "/securemail/{}/userdata"])
def test_a_fault_for_an_address_hits_calls_that_name_its_message_only(sandbox, path):
    mine, hers = sandbox.add(BOB), sandbox.add(ALICE)
    sandbox.fault("status", address=ALICE)
    assert sandbox.api("GET", path.format(hers))[0] == 500
    assert sandbox.api("GET", path.format(mine))[0] == 200


def test_a_fault_for_an_address_hits_messages_sent_from_it(sandbox):
    sandbox.fault("status", operation="send", address=ALICE)
    assert sandbox.api("POST", "/securemail", body=LETTER)[0] == 500
    assert sandbox.api("POST", "/securemail", body={"data": {"fromAddress": BOB}})[0] == 200


def test_a_fault_ends_after_its_times(sandbox):
    sandbox.add(ALICE)
    sandbox.fault("status", times=2)
    assert [raw_list(sandbox)[0] for _ in range(3)] == [500, 500, 200]


def test_the_oldest_fault_applies_until_it_is_used_up(sandbox):
    sandbox.fault("status", status=500, times=1)
    sandbox.fault("status", status=503)
    assert [raw_list(sandbox)[0] for _ in range(3)] == [500, 503, 503]


def test_a_fault_can_be_cleared_by_its_id(sandbox):
    sandbox.add(ALICE)
    first, second = sandbox.fault("html", operation="send"), sandbox.fault("status")
    sandbox.control("DELETE", f"/faults/{second}")
    assert raw_list(sandbox)[0] == 200
    assert [fault["id"] for fault in sandbox.control("GET", "/faults")["faults"]] == [first]


def test_the_list_of_faults_counts_hits(sandbox):
    fault_id = sandbox.fault("delay", operation="list", address=ALICE, times=3, seconds=0)
    raw_list(sandbox)
    assert sandbox.control("GET", "/faults")["faults"] == [
        {
            "id": fault_id,
            "kind": "delay",
            "operations": ["list"],
            "address": ALICE,
            "securebox": None,
            "times": 3,
            "hits": 1,
            "parameters": {"seconds": 0},
        }
    ]


def test_clearing_an_unknown_fault_is_a_404(sandbox):
    with pytest.raises(ValueError, match="404"):
        sandbox.control("DELETE", "/faults/none")


@pytest.mark.parametrize(
    ("fault", "naming"),
    [
        ({}, "'kind'"),
        ({"kind": "earthquake"}, "'kind'"),
        ({"kind": "html", "operation": "fetch"}, "'operation'"),
        ({"kind": "late", "operation": "list"}, "hits only send"),
        ({"kind": "html", "seconds": 1}, "seconds"),
        ({"kind": "html", "times": 0}, "'times'"),
        ({"kind": "html", "address": 7}, "'address'"),
        ({"kind": "delay", "seconds": "long"}, "'seconds'"),
        ({"kind": "delay", "seconds": -1}, "'seconds'"),
        ({"kind": "huge", "bytes": 1.5}, "'bytes'"),
        ({"kind": "status", "status": 99}, "'status'"),
        ({"kind": "redirect", "url": None}, "'url'"),
        ({"kind": "gateway", "form": "poem"}, "'form'"),
        ({"kind": "status", "retry_after": 30}, "'retry_after'"),
        ({"kind": "status", "retry_after": "1\r\nX: y"}, "'retry_after'"),
    ],
)
def test_an_invalid_fault_is_refused_with_a_reason(sandbox, fault, naming):
    with pytest.raises(ValueError, match=naming):
        sandbox.control("POST", "/faults", fault)
    assert sandbox.control("GET", "/faults")["faults"] == []
