"""The line of each request: what operators need to know, and nothing that was typed or is shown."""

import json
import logging

import pytest

from portal.accounts.log_ids import log_ids
from portal.accounts.models import Consumer

PROXYS = "8f14e45fceea167a5a36dedd4bea2543"


@pytest.fixture(autouse=True)
def _info(caplog) -> None:
    caplog.set_level(logging.INFO, logger="portal")


def lines(caplog) -> list[dict[str, object]]:
    found = [json.loads(line) for line in caplog.text.splitlines()]
    return [line for line in found if line["name"] == "portal.request_log"]


def test_a_page_is_a_line_with_its_view_outcome_time_and_calls(alice_client, sandbox, caplog):
    response = alice_client.get("/inbox/claims/?status=unread")
    (line,) = lines(caplog)
    assert (
        line.items()
        >= {
            "levelname": "INFO",
            "message": "GET /inbox/<slug:slug>/: 200",
            "method": "GET",
            "route": "/inbox/<slug:slug>/",
            "view": "inbox",
            "status": 200,
            "bytes": len(response.content),
            "request_id": response["X-Request-Id"],
            "customer": log_ids(Consumer.objects.get(email="alice@example.com"))[0],
        }.items()
    )
    assert line["upstream_calls"] >= 1
    assert line["milliseconds"] >= 0 and line["upstream_milliseconds"] >= 0


def test_it_holds_no_value_of_a_path_no_query_and_no_address(alice_client, sandbox, caplog):
    alice_client.get(
        "/inbox/quail/?quail=quail", headers={"User-Agent": "quail", "Referer": "https://quail/"}
    )
    alice_client.get("/quail/")
    alice_client.generic("QUAIL", "/")
    assert [line["message"] for line in lines(caplog)] == [
        "GET /inbox/<slug:slug>/: 404",
        "GET no page of the portal: 404",
        "another /: 405",
    ]
    assert "quail" not in caplog.text.lower() and "alice" not in caplog.text


def test_a_visitor_has_no_pseudonym_and_a_customer_gets_theirs_when_they_sign_in(client, alice, caplog):
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": alice.email, "password": "a-wrong-password-of-hers"})
    assert [line["customer"] for line in lines(caplog)] == ["", ""]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/css/nothing.css"])
def test_probes_and_static_files_have_no_line(client, transactional_db, caplog, path):
    # A probe writes by a connection of its own, which no other test's end would undo.
    assert "X-Request-Id" not in client.get(path)
    assert lines(caplog) == []


def test_the_lines_can_be_switched_off(client, db, settings, caplog):
    settings.PORTAL_REQUEST_LOG = False
    client.get("/accounts/login/")
    assert lines(caplog) == []


def test_an_error_is_a_line_too(alice_client, settings, caplog):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.chaos.canaries.crashes.middleware"]
    alice_client.raise_request_exception = False
    alice_client.get("/?crash=view")
    assert [line["message"] for line in lines(caplog)] == ["GET /: 500"]


def test_a_download_that_is_streamed_has_no_length(alice_client, sandbox, caplog):
    alice_client.get("/accounts/activity/download/csv/")
    assert lines(caplog)[-1]["bytes"] is None


# --- The id of a request ----------------------------------------------------------------------------------


def test_the_proxys_id_is_in_each_line_on_the_error_page_and_in_the_answer(
    alice_client, sandbox, settings, caplog
):
    settings.REQUEST_ID_HEADER = "X-Request-Id"
    sandbox.fault("status", status=500)
    response = alice_client.get("/inbox/claims/", headers={"X-Request-Id": PROXYS})
    assert response["X-Request-Id"] == PROXYS and PROXYS in response.content.decode()
    assert {json.loads(line)["request_id"] for line in caplog.text.splitlines()} == {PROXYS}


def test_without_the_setting_nobody_chooses_an_id(client, db):
    assert client.get("/accounts/login/", headers={"X-Request-Id": PROXYS})["X-Request-Id"] != PROXYS


def test_even_a_refused_host_is_logged_under_its_own_id(client, db, caplog):
    first = client.get("/accounts/login/")["X-Request-Id"]
    second = client.get("/accounts/login/", headers={"Host": "elsewhere.example"})["X-Request-Id"]
    refused = [json.loads(line) for line in caplog.text.splitlines()][1:]
    assert {line["request_id"] for line in refused} == {second} != {first}
