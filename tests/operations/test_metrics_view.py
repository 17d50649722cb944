"""`/metrics` shows how the portal is doing, to Prometheus alone, and nothing about a person."""

import re
from concurrent.futures import Future
from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage
from portal.heartbeats import DELIVER, HeartbeatWriter
from portal.operations import samples
from tests.operations.rows import outgoing

pytestmark = pytest.mark.django_db

State = OutgoingMessage.State
TOKEN = "a-token-for-prometheus"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client():
    """Asks a portal of one process; Django's own client claims several."""
    return Client(**{"wsgi.multiprocess": False})


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def loopback(settings):
    settings.METRICS_LOOPBACK = True


def scrape(client):
    samples.forget()
    response = client.get("/metrics", headers=BEARER)
    assert response.status_code == 200
    return response.content.decode()


def test_by_default_there_is_no_such_page(client):
    assert client.get("/metrics").status_code == client.get("/nothing-here").status_code
    assert client.get("/metrics", headers=BEARER).status_code == client.get("/nothing-here").status_code


@pytest.mark.parametrize("host", ["testserver", "10.0.0.5:8000"])
def test_the_token_opens_it_at_any_address(client, token, host):
    response = client.get("/metrics", headers={**BEARER, "host": host})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer \xe4", TOKEN])
def test_without_the_token_nobody_sees_it(client, token, value):
    response = client.get("/metrics", headers={"authorization": value} if value else {})
    assert response.status_code == 401
    assert b"securebox_" not in response.content


def test_it_cannot_be_posted_to(client, token):
    assert client.post("/metrics", headers=BEARER).status_code == 405


def test_this_machine_needs_no_token(client, loopback):
    assert client.get("/metrics", headers={"host": "127.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "203.0.113.7"},
        {"x-forwarded-proto": "https"},
        {"forwarded": "for=203.0.113.7"},
        {"x-real-ip": "203.0.113.7"},
        {"via": "1.1 proxy"},
        {"x-client": "203.0.113.7"},
        {"host": "testserver"},
    ],
)
def test_a_proxy_on_this_machine_opens_it_to_nobody(client, loopback, settings, headers):
    settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Client"
    response = client.get("/metrics", headers={"host": "localhost:8000", **headers})
    assert response.status_code == 401


@pytest.mark.parametrize("address", ["203.0.113.7", ""])
def test_other_machines_need_a_token(client, loopback, address):
    response = client.get("/metrics", REMOTE_ADDR=address, headers={"host": "localhost:8000"})
    assert response.status_code == 401


def test_several_processes_that_do_not_share_their_numbers_say_so(client, token):
    response = client.get("/metrics", headers=BEARER, **{"wsgi.multiprocess": True})
    assert response.status_code == 503
    assert b"PROMETHEUS_MULTIPROC_DIR" in response.content


def test_pages_and_calls_are_counted_by_view_and_box_and_never_by_person(
    alice_client, client, sandbox, measured, token
):
    sandbox.add("alice@example.com", "Confidential", securebox="Claims01")
    alice_client.get("/inbox/claims/")
    sandbox.fault("status", status=500)
    alice_client.get("/inbox/claims/?page=2")
    alice_client.get("/alice@example.com")
    text = scrape(client)
    assert re.search(r'http_requests_total\{outcome="ok",view="inbox"\} 1\.0', text)
    assert re.search(r'http_requests_total\{outcome="server_error",view="inbox"\} 1\.0', text)
    assert re.search(r'upstream_calls_total\{box="Claims01",operation="list",outcome="ok"\} \d', text)
    assert re.search(
        r'upstream_calls_total\{box="Claims01",operation="list",outcome="unavailable"\} \d', text
    )
    assert re.search(r'upstream_calls_in_progress\{box="Claims01",direction="reading"\} 0\.0', text)
    assert "alice" not in text.lower() and "Confidential" not in text


def test_messages_under_way_are_counted_with_the_age_of_the_oldest(client, token, alice, claims):
    now = timezone.now()
    for minutes in (3, 10):
        outgoing(alice, claims, State.QUEUED, queued_at=now - timedelta(minutes=minutes))
    text = scrape(client)
    assert 'securebox_outgoing_messages{box="Claims01",state="queued"} 2.0' in text
    assert 'securebox_outgoing_messages{box="Claims01",state="unconfirmed"} 0.0' in text
    age = re.search(r'outgoing_oldest_age_seconds\{box="Claims01",state="queued"\} ([\d.]+)', text)
    assert 600 <= float(age[1]) < 660


def test_the_last_round_of_deliver_is_told(client, token):
    HeartbeatWriter(DELIVER).end_round("the database failed", succeeded=False)
    text = scrape(client)
    seen = re.search(r'program_last_seen_timestamp_seconds\{program="deliver"\} (\S+)', text)
    assert timezone.now().timestamp() - float(seen[1]) < 60
    assert 'securebox_program_last_round_succeeded{program="deliver"} 0.0' in text


def test_without_a_database_the_rest_is_still_told(client, token, measured, claims):
    client.get("/healthz")
    client.get("/nothing-here")
    with mock.patch.object(samples, "under_way", side_effect=OperationalError):
        text = scrape(client)
    assert "securebox_database_up 0.0" in text and "securebox_cache_up 1.0" in text
    assert 'securebox_http_requests_total{outcome="' in text
    assert "securebox_database_up 1.0" in scrape(client)


def test_a_database_that_hangs_does_not_hold_up_a_scrape(client, token, monkeypatch):
    never = mock.Mock(submit=lambda _: Future())
    monkeypatch.setattr(samples, "_pool", never)
    monkeypatch.setattr(samples, "_PATIENCE", 0.01)
    assert "securebox_database_up 0.0" in scrape(client)


def test_without_a_cache_a_scrape_says_so(client, token):
    with mock.patch.object(cache, "set", side_effect=ConnectionError):
        assert "securebox_cache_up 0.0" in scrape(client)


def test_a_scraper_that_asks_every_second_costs_the_database_little(client, token, django_assert_num_queries):
    with django_assert_num_queries(4):
        scrape(client)
    with django_assert_num_queries(0):
        for _ in range(3):
            assert client.get("/metrics", headers=BEARER).status_code == 200
