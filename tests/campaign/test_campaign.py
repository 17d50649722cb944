"""The short form of the campaign; `make campaign` runs the long one."""

import pytest

from tests.campaign.pace import SEND_DEADLINE
from tests.campaign.plan import POINTS
from tests.campaign.run import Result, run
from tests.campaign.send_faults import SEND_FAULTS
from tests.campaign.table import text_of
from tests.campaign.upstream import OUTAGE, Upstream

MESSAGES, SEED = 220, 7


@pytest.fixture(scope="module")
def result() -> Result:
    with Upstream(SEED, SEND_DEADLINE) as upstream:
        return run(upstream, messages=MESSAGES, seed=SEED)


def test_nothing_is_lost_or_sent_twice_or_told_wrongly_whatever_goes_wrong(result: Result) -> None:
    assert result.kept, text_of(result)


def test_every_kind_of_fault_struck(result: Result) -> None:
    assert {*SEND_FAULTS, OUTAGE} <= result.faults.keys()


def test_the_portal_died_at_every_point(result: Result) -> None:
    assert {entry["at"] for entry in result.diary if entry["did"] == "died"} == set(POINTS)


def test_what_arrived_is_nearly_always_known_to_have_arrived(result: Result) -> None:
    held = {copy.subject for copy in result.held}
    arrived = [one for one in result.written if one.plan.subject in held]
    known = [one for one in arrived if one.state == "sent"]
    assert len(known) > 0.8 * len(arrived) > 0.5 * MESSAGES
