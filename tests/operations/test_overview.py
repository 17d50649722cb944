"""The operators' page: is everything well, now and over the last day?"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage
from portal.accounts.models import PortalMail
from portal.heartbeats import DELIVER, TIDY, HeartbeatWriter
from portal.metrics import PAGES, READING, SENDING, SIGNING_IN
from portal.models import Tally
from portal.operations.overview import Health, overview
from portal.operations.problems import problems
from tests.accounts.operators import make_operator
from tests.conftest import sign_in
from tests.operations.rows import outgoing

pytestmark = pytest.mark.django_db

State = OutgoingMessage.State
NOW = "2026-03-01 12:07:00Z"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _programs_run():
    HeartbeatWriter(DELIVER).end_round("0 tried")
    HeartbeatWriter(TIDY).end_round("0 rows removed")


def operators_page(*rights):
    operator = make_operator("Olga")
    named = Permission.objects.filter(codename__in=[right.split(".")[1] for right in rights])
    operator.user_permissions.set(named)
    return sign_in(operator).get("/admin/operations/")


def counted(what, outcome, number=1, box="Claims01", minutes=0, within_ms=50):
    """So many minutes ago."""
    at = timezone.now() - timedelta(minutes=minutes)
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    Tally.objects.create(
        quarter=quarter, what=what, outcome=outcome, box=box, within_ms=within_ms, number=number, last_at=at
    )


def only_box():
    (box,) = overview().boxes
    return box


def found():
    return [(finding.topic, finding.message) for finding in problems(overview())]


def test_all_is_well(claims):
    counted(READING, "ok", 100)
    counted(READING, "not_found", 3, minutes=5)
    counted(SENDING, "ok", 4, minutes=1)
    counted(PAGES, "ok", 200, box="")
    counted(SIGNING_IN, "ok", 10, box="")
    counted(SIGNING_IN, "failed", 2, box="", minutes=2)
    assert found() == []
    box = only_box()
    assert (box.reading, box.sending, box.calls, box.failed, box.sent) == (
        *(Health.WELL, Health.WELL),
        *(107, 0, 4),
    )


def test_a_box_that_nobody_uses_is_no_problem(claims):
    assert only_box().reading is Health.IDLE and found() == []


def test_the_default_box_is_counted_under_a_name_of_its_own(billing):
    counted(READING, "ok", 7, box="(default)")
    assert only_box().calls == 7


@pytest.mark.parametrize(
    ("what", "outcome", "health", "message"),
    [
        (READING, "unavailable", Health.FAILING, "Reading: many of the last calls failed."),
        (SENDING, "bad_answer", Health.FAILING, "Sending: many of the last calls failed."),
        (READING, "not_tried", Health.PAUSED, "Reading: no calls are made, since the last ones failed."),
        (
            *(SENDING, "refused", Health.REFUSED),
            "Sending: the API refuses the portal, until an operator mends that.",
        ),
    ],
)
def test_a_box_in_trouble_is_named(claims, what, outcome, health, message):
    counted(what, "ok", 10, minutes=14)
    counted(what, outcome, 5, minutes=2)
    assert getattr(only_box(), what) is health
    assert found() == [("Claims", message)]


def test_a_call_that_failed_among_many_is_chance(claims):
    counted(READING, "ok", 10, minutes=3)
    counted(READING, "unavailable", 2, minutes=2)
    assert only_box().reading is Health.WELL


def test_what_is_over_is_in_the_chart_alone(claims):
    counted(READING, "refused", 50, minutes=120)
    counted(READING, "unavailable", 50, minutes=100, within_ms=100)
    counted(READING, "ok", 1, minutes=90)
    box = only_box()
    assert (box.reading, box.failed) == (Health.WELL, 100) and found() == []
    assert sum(bar.is_bad for bar in box.chart.bars) == 2


def test_a_refusal_does_not_end_by_itself(claims):
    counted(SENDING, "ok", 1, minutes=600)
    counted(SENDING, "refused", 1, minutes=500)
    assert only_box().sending is Health.REFUSED


def test_what_is_older_than_a_day_is_not_shown(claims):
    counted(READING, "unavailable", 50, minutes=24 * 60 + 1)
    assert only_box().calls == 0


def test_half_of_the_calls_and_most_of_them_have_a_time(claims):
    counted(READING, "ok", 90, within_ms=50)
    counted(READING, "ok", 10, within_ms=400)
    counted(READING, "not_tried", 500, minutes=300, within_ms=25)
    box = only_box()
    assert 0.025 < box.median <= 0.05
    assert 0.2 < box.p95 <= 0.4


@pytest.mark.postgresql
def test_messages_that_wait_too_long_are_a_problem(claims, alice):
    outgoing(alice, claims, State.QUEUED, queued_at=timezone.now() - timedelta(minutes=16))
    outgoing(alice, claims, State.UNCONFIRMED, unconfirmed_since=timezone.now() - timedelta(days=2))
    box = overview().boxes[0]
    assert (box.waiting, box.unconfirmed) == (1, 1)
    assert ("Claims", "Messages wait for too long.") in found()


def test_codes_that_are_not_mailed_are_a_problem():
    now = timezone.now()
    kinds = ((PortalMail.Kind.INVITATION, 60), (PortalMail.Kind.CODE, 3), (PortalMail.Kind.DECOY, 90))
    for kind, minutes in kinds:
        PortalMail.objects.create(
            kind=kind,
            created_at=now - timedelta(minutes=minutes),
            expires_at=now + timedelta(minutes=5),
            recipient="a hash",
        )
    assert overview().mails.waiting == 2
    assert found() == [("Mails", "Mails with codes are not sent: people wait for them.")]


def test_errors_and_failed_sign_ins_are_problems_of_the_whole_portal():
    counted(PAGES, "ok", 95, box="")
    counted(PAGES, "server_error", 5, box="", minutes=3)
    counted(SIGNING_IN, "failed", 30, box="")
    assert [topic for topic, _message in found()] == ["Pages", "Sign-ins"]


def test_a_program_that_is_silent_or_fails_is_a_problem():
    HeartbeatWriter(DELIVER).end_round("the database failed", succeeded=False)
    assert found() == [("manage.py deliver", "Its last round failed: the database failed.")]
    with time_machine.travel("2026-03-03 15:00:00Z", tick=False):
        silent = "It does not run any more: it has given no sign of life for too long."
        assert found() == [("manage.py deliver", silent), ("manage.py tidy", silent)]


def test_the_page_shows_charts_with_their_numbers(claims):
    counted(READING, "ok", 1234)
    counted(SENDING, "unavailable", 5)
    page = operators_page("portal.view_operations")
    assert page.status_code == 200
    html = page.content.decode()
    assert "Not everything is well: one thing needs you." in html
    assert "1,239" in html and "<td>1,234</td>" in html
    assert html.count('<figure class="chart">') == 3
    titles = re.findall(r'aria-labelledby="(\S+) (\S+)"', html)
    assert all(f'<title id="{title}">' in html and f'<desc id="{desc}">' in html for title, desc in titles)
    assert "style=" not in html


def test_the_page_costs_few_queries_however_many_boxes(claims, billing, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        overview()


def test_only_operators_with_the_right_see_it(alice):
    assert operators_page().status_code == 403
    assert Client().get("/admin/operations/").status_code == 302
    assert sign_in(alice).get("/admin/operations/").status_code == 302


def test_the_day_on_which_the_clocks_change_is_shown_in_full(claims, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2026-03-29 10:00:00Z", tick=False), timezone.override("Europe/Berlin"):
        counted(READING, "ok", 5, minutes=0)
        counted(READING, "ok", 7, minutes=23 * 60 + 30)
        chart = only_box().chart
        assert only_box().calls == 12
        assert [f"{timezone.localtime(hour.start):%H:%M}" for hour in chart.hours[-2:]] == ["10:15", "11:15"]
