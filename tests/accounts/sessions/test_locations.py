"""Locations come from the operator's PORTAL_PLACES_FILE; without it, none are shown."""

import pytest
from django.core.checks import run_checks
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.sessions import client_info
from tests.conftest import make_consumer, sign_in

BASEL = {
    "city": {"names": {"en": "Basel", "de": "Basel", "fr": "Bâle"}},
    "country": {"names": {"en": "Switzerland", "de": "Schweiz"}},
}


@pytest.fixture
def places(settings, tmp_path):
    """A small database: 192.0.2.0/24 is in Basel, 198.51.100.0/24 is somewhere in Norway."""
    writer = MMDBWriter(4, "Tests-City", languages=["en"])
    writer.insert_network(IPSet(["192.0.2.0/24"]), BASEL)
    writer.insert_network(IPSet(["198.51.100.0/24"]), {"country": {"names": {"en": "Norway"}}})
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"autonomous_system_number": 7})
    settings.PORTAL_PLACES_FILE = str(tmp_path / "places.mmdb")
    writer.to_db_file(settings.PORTAL_PLACES_FILE)
    yield settings.PORTAL_PLACES_FILE
    client_info._open_places_file.cache_clear()


def test_page_shows_the_location(db, rf, places):
    anna = make_consumer("Anna")
    activity.record(Event.SIGNED_IN, anna, rf.get("/", REMOTE_ADDR="192.0.2.7"))
    html = " ".join(sign_in(anna).get("/accounts/activity/").content.decode().split())
    assert "Unknown device · Basel, Switzerland" in html


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("198.51.100.1", "Norway"),
        ("203.0.113.1", ""),
        ("127.0.0.1", ""),
        ("2001:db8::1", ""),
        (None, ""),
    ],
)
def test_location_is_what_the_file_contains(places, address, said):
    assert client_info.location(address) == said


def test_without_a_file_there_is_no_location():
    assert client_info.location("192.0.2.7") == ""


def test_valid_file_passes_the_check(places):
    assert run_checks(tags=["portal"]) == []


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_unreadable_file_fails_the_check(settings, tmp_path, content):
    path = tmp_path / "places.mmdb"
    if content is not None:
        path.write_bytes(content)
    settings.PORTAL_PLACES_FILE = str(path)
    (error,) = run_checks(tags=["portal"])
    assert error.id == "portal.E015" and "MaxMind" in error.hint


def test_file_deleted_later_costs_locations_but_no_page(db, rf, settings, tmp_path, caplog):
    settings.PORTAL_PLACES_FILE = str(tmp_path / "lost.mmdb")
    anna = make_consumer("Anna")
    activity.record(Event.SIGNED_IN, anna, rf.get("/", REMOTE_ADDR="192.0.2.7"))
    assert sign_in(anna).get("/accounts/activity/").status_code == 200
    assert "PORTAL_PLACES_FILE cannot be read: FileNotFoundError" in caplog.text
