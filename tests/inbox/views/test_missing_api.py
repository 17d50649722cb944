"""A missing API is an outage for the customer: never an empty inbox, a zero, or a message that is gone."""

from concurrent.futures import wait

import pytest

from inbox.references import sign
from inbox.securemail import Direction
from tests.conftest import sign_in
from tests.support.wire import Wire, envelope, reply

ALICE = "alice@example.com"
GATEWAY = b"<!doctype html><title>404</title><h1>Not Found</h1>"
# What stands at a wrong address, or in front of the right one.
MISSING = {
    "empty 404": reply(b"", 404),
    "page 404": reply(GATEWAY, 404),
    "gateway's JSON 404": reply({"message": "no Route matched with those values"}, 404),
    "empty 410": reply(b"", 410),
    "invalid endpoint": reply(envelope("INVALID_ENDPOINT"), 404),
    "invalid endpoint, 400": reply(envelope("INVALID_ENDPOINT"), 400),
    "invalid endpoint, 200": reply(envelope("INVALID_ENDPOINT"), 200),
    "unknown code": reply(envelope("NO_SUCH_ROUTE"), 404),
    "failure, 410": reply(envelope("FAILURE"), 410),
    "proxy wants credentials": reply(b"", 407),
    "method not allowed": reply(b"", 405),
}
missing = pytest.mark.parametrize("answer", MISSING.values(), ids=MISSING)
# For a single message, a failure with 410 says that it is gone.
missing_message = pytest.mark.parametrize("answer", list(MISSING.values())[:8], ids=list(MISSING)[:8])


@pytest.fixture
def wire(settings):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        yield wire


@pytest.fixture
def browser(alice, wire, started_calls):
    yield sign_in(alice)
    for call in started_calls:
        call.exception(60)


def address_of(direction: Direction) -> str:
    return f"/inbox/claims/{sign(ALICE, 'Claims01', 'm1', direction)}/"


@missing
def test_the_inbox_is_an_outage(browser, wire, answer):
    wire.script(answer)
    response = browser.get("/inbox/claims/")
    html = response.content.decode()
    assert response.status_code == 502 and "Something went wrong on our side" in html
    assert "No messages yet" not in html and "Try again" in html


@missing
def test_the_badge_is_unknown_and_never_zero(browser, wire, answer):
    wire.script(answer)
    counted = browser.get("/unread.json").json()
    assert (counted["total"], counted["secureboxes"]) == (None, {"claims": None, "billing": None})


def test_a_count_of_messages_that_no_list_has_is_unknown(browser, wire):
    counted, unlisted = reply(envelope(data={"count": 12})), reply(envelope("FAILURE"), 404)
    wire.script(*[counted, unlisted, unlisted] * 4)
    assert browser.get("/unread.json").json()["total"] is None


@pytest.mark.parametrize("code", ["FAILURE", "INVALID_PARAMETER"])
def test_a_contact_that_the_api_does_not_know_has_an_empty_inbox(browser, wire, code):
    wire.script(reply(envelope(code), 404))
    response = browser.get("/inbox/claims/")
    assert response.status_code == 200 and "No messages yet" in response.content.decode()
    assert browser.get("/unread.json").json()["total"] == 0


@missing_message
@pytest.mark.parametrize("end", ["", "body/", "details/"])
def test_a_message_is_not_gone(browser, wire, answer, end):
    wire.script(answer)
    response = browser.get(f"{address_of(Direction.OUTBOUND)}{end}")
    assert response.status_code == 502
    assert "We can’t find that page" not in response.content.decode()


@missing_message
@pytest.mark.parametrize("end", ["delete/", "purge/", "withdraw/"])
def test_an_action_says_that_its_outcome_is_unknown(browser, wire, answer, end):
    wire.script(answer)
    direction = Direction.INBOUND if end == "withdraw/" else Direction.OUTBOUND
    response = browser.post(f"{address_of(direction)}{end}")
    assert response.status_code == 502
    assert "We couldn’t confirm that your change was made." in response.content.decode()


@missing_message
def test_a_bulk_action_reports_a_failure(browser, wire, answer):
    wire.script(answer)
    reference = sign(ALICE, "Claims01", "m1", Direction.OUTBOUND)
    browser.post("/inbox/claims/selected/", {"reference": [reference], "action": "read"})
    wire.script(reply(envelope(data=[])))
    assert "0 of 1 marked as read." in browser.get("/inbox/claims/").content.decode()


# --- An API that asks to wait -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_the_page_passes_the_wait_on(browser, wire, status):
    wire.script(reply(b"", status, ["Retry-After: 30"]))
    response = browser.get("/inbox/claims/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "Please try again in 30 seconds." in response.content.decode()


def test_a_page_that_calls_nobody_meanwhile_passes_on_what_is_left(browser, wire, started_calls):
    wire.script(reply(b"", 429, ["Retry-After: 200"]))
    browser.get("/inbox/claims/")
    wait(started_calls)  # The page does not wait for the badges of other boxes.
    made = len(wire.requests)
    response = browser.get(address_of(Direction.OUTBOUND))
    assert response.status_code == 503 and 100 < int(response.headers["Retry-After"]) <= 200
    assert "Please try again in 4 minutes." in response.content.decode()
    assert len(wire.requests) == made


def test_a_wait_that_is_too_long_is_passed_on_as_we_keep_it(browser, wire):
    wire.script(reply(b"", 503, ["Retry-After: 86400"]))
    response = browser.get("/inbox/claims/")
    assert response.headers["Retry-After"] == "300"
    assert "Please try again in 5 minutes." in response.content.decode()


def test_an_outage_without_a_wait_promises_none(browser, wire):
    wire.script(reply(b"", 503))
    response = browser.get("/inbox/claims/")
    assert response.status_code == 503 and "Retry-After" not in response.headers
    assert "We can’t reach our messaging system" in response.content.decode()
