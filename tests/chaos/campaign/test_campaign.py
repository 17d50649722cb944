"""The promise about sending, in a short campaign and (`make proof`) a longer one. `make campaign` runs thousands."""

import pytest

from tests.chaos.campaign.plan import POINTS
from tests.chaos.campaign.run import Result, run
from tests.chaos.campaign.send_faults import SEND_FAULTS
from tests.chaos.campaign.table import text_of
from tests.chaos.campaign.time_scale import SEND_DEADLINE
from tests.chaos.campaign.upstream import OUTAGE, Upstream

pytestmark = pytest.mark.slow
FEW, MESSAGES = 20, 220
SEEDS = (595, 7, 8)
FAULTS = {*SEND_FAULTS, OUTAGE}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    """One campaign; a second and a third only if some faults have not occurred, as can happen on a busy machine."""
    results: list[Result] = []
    for seed in SEEDS:
        with Upstream(seed, SEND_DEADLINE) as upstream:
            results.append(run(upstream, messages=MESSAGES, seed=seed))
        if struck(results) >= FAULTS and deadly(results) == set(POINTS):
            break
    return results


def struck(results: list[Result]) -> set[str]:
    return {fault for result in results for fault in result.faults}


def deadly(results: list[Result]) -> set[str]:
    """The points at which a process of the portal was killed."""
    return {entry["at"] for result in results for entry in result.diary if entry["did"] == "died"}


def test_a_short_campaign_loses_and_repeats_no_message_and_reports_each_correctly() -> None:
    with Upstream(SEEDS[0], SEND_DEADLINE) as upstream:
        result = run(upstream, messages=FEW, seed=SEEDS[0])
    assert result.kept, text_of(result)
    assert FAULTS & result.faults.keys()


@pytest.mark.proof
def test_nothing_is_lost_or_sent_twice_or_told_wrongly_whatever_goes_wrong(results: list[Result]) -> None:
    for result in results:
        assert result.kept, text_of(result)


@pytest.mark.proof
def test_every_kind_of_fault_struck(results: list[Result]) -> None:
    assert struck(results) >= FAULTS


@pytest.mark.proof
def test_the_portal_died_at_every_point(results: list[Result]) -> None:
    assert deadly(results) == set(POINTS)


@pytest.mark.proof
def test_what_arrived_is_nearly_always_known_to_have_arrived(results: list[Result]) -> None:
    for result in results:
        held = {copy.subject for copy in result.held}
        arrived = [one for one in result.written if one.plan.subject in held]
        known = [one for one in arrived if one.state == "sent"]
        assert len(known) > 0.8 * len(arrived) > 0.5 * MESSAGES
