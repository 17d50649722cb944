"""Each server of the installation ends, in its turn, while people use the portal."""

import time
from collections import Counter

import pytest

from tests.cluster.load import Load, Request, load, queue

pytestmark = [pytest.mark.slow, pytest.mark.proof]

PEOPLE = range(6)


def test_a_hundred_messages_that_wait_are_delivered_by_two_exactly_once(cluster):
    subjects = queue(cluster, messages=100)
    cluster.deliver()
    assert Counter(cluster.subjects()) & Counter(2 * subjects) == Counter(subjects)


def test_an_instance_that_is_killed_loses_nothing_and_fails_only_what_it_was_doing(cluster):
    with load(cluster, PEOPLE) as people:
        people.after(60)
        killed_at = time.monotonic()
        cluster.portals[0].kill()
        gone_at = time.monotonic()
        people.after(120)
        cluster.portals[0].start()
        people.after(60)
    in_flight = [each for each in people.requests if each.began <= gone_at and each.ended >= killed_at]
    assert set(people.failed()) <= set(in_flight)
    cluster.deliver()
    assert_sent_once(cluster, people)


def test_one_that_delivers_is_killed_and_the_other_goes_on(cluster):
    subjects = queue(cluster, messages=30)
    cluster.sql("UPDATE inbox_outgoingmessage SET due_at = now() WHERE state = 'queued'")
    cluster.sandbox.fault("delay", operation="send", seconds=0.1)
    cluster.sandbox.forget_calls()
    for deliverer in cluster.deliverers:
        deliverer.start()
    cluster.deliverers[0].kill()
    cluster.sandbox.heal()
    cluster.deliver()
    assert max(Counter(cluster.subjects()).values()) == 1
    assert set(subjects) <= set(cluster.subjects())


def test_an_instance_that_is_restarted_in_order_fails_nothing(cluster):
    with load(cluster, PEOPLE) as people:
        for portal in cluster.portals:
            people.after(30)
            portal.stop()
            portal.start()
        people.after(30)
    assert people.failed() == []
    assert_sent_once(cluster, people)


@pytest.mark.parametrize("server", ["redis", "postgresql", "proxy"])
def test_a_server_that_is_restarted_is_used_again_by_itself(cluster, server):
    with load(cluster, PEOPLE) as people:
        people.after(60)
        stopped_at = time.monotonic()
        getattr(cluster, server).stop()
        getattr(cluster, server).start()
        started_at = time.monotonic()
        people.after(90)
    afterwards = [each for each in people.requests if each.began > started_at]
    assert [each for each in afterwards if not each.is_answered] == []
    assert [each for each in people.failed() if each.ended < stopped_at] == []
    cluster.deliver()
    assert_sent_once(cluster, people)


def assert_sent_once(cluster, people: Load) -> None:
    """What was answered with a receipt is upstream; nothing is there twice."""
    written: list[Request] = [each for each in people.requests if each.subject]
    arrived = Counter(cluster.subjects())
    assert [each.subject for each in written if each.status == 302 and arrived[each.subject] != 1] == []
    assert [each.subject for each in written if arrived[each.subject] > 1] == []
