"""How many calls of the API each page costs: the table in docs/going-live.md."""

from concurrent.futures import wait

import pytest
import time_machine
from django.utils import timezone

from inbox.models import Securebox
from tests.conftest import make_consumer, sign_in
from tests.inbox.helpers import references

DORA = "dora@example.com"


@pytest.fixture(params=[1, 3])
def boxes(request, claims, billing):
    third = Securebox.objects.create(slug="advice", name="Advice01", title="Advice", open_to_all=False)
    return [claims, billing, third][: request.param]


@pytest.fixture
def calls(boxes, sandbox, started_calls):
    """Dora opens a page; what the API is asked for, in its order."""
    for subject, status in (("Our decision", "unread"), ("Your claim", "read"), ("A question", "read")):
        sandbox.add(DORA, subject, securebox="Claims01", status=status)
    browser = sign_in(make_consumer("Dora", *boxes))

    def calls(path):
        sandbox.forget_calls()
        assert browser.get(path).status_code < 400
        wait(started_calls)
        return sorted(call["operation"] for call in sandbox.calls())

    calls.browser = browser
    return calls


def test_each_page_costs_as_few_calls_as_it_can(boxes, calls):
    others = len(boxes) - 1
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert calls("/") == (["list"] * len(boxes) if others else [])
        assert calls("/unread.json") == ([] if others else ["list"])
        assert calls("/inbox/claims/") == ["list"]
        clock.shift(31)
        assert calls("/unread.json") == ["list"] * len(boxes)
        assert calls("/unread.json") == []
        clock.shift(31)
        # The list tells its own count.
        assert calls("/inbox/claims/") == ["list"] * len(boxes)
        assert calls("/unread.json") == []
        message = f"/inbox/claims/{references(calls.browser)[0]}/"
        assert calls(message) == ["get", "list"]
        assert calls(f"{message}body/") == ["get"]
        assert calls("/inbox/claims/compose/") == []
        # What was opened is asked for once more.
        assert calls("/unread.json") == ["list"]
