"""The id of a request: a proxy's, or one of the portal's own."""

import pytest

from portal import request_context

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "given",
    ["8f14e45fceea167a5a36dedd4bea2543", "a-1_Z" * 2, "x" * 64, "0b9c1e6e-9d4e-4b7e-8d6e-0a3e9f1c2d3b"],
)
def test_a_proxys_id_is_taken_over(given):
    assert request_context.begin(given).id == given == request_context.request_id()


def test_a_trace_parent_gives_the_id_of_its_trace():
    assert request_context.begin(f"00-{TRACE}-00f067aa0ba902b7-01").id == TRACE


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "two words", "id\n", "quail@example", "ümlaut-ümlaut"]
)
def test_anything_else_gets_an_id_of_the_portals_own(given):
    assert request_context.begin(given).id not in ("", given)


def test_after_a_request_nothing_is_logged_under_its_id():
    request_context.begin()
    request_context.end()
    assert request_context.request_id() == "-"


def test_work_outside_requests_has_an_id_as_soon_as_it_needs_one():
    request_context.end()
    assert request_context.current().id == request_context.request_id()
