"""What DATABASE_URL becomes, and what an operator reads who has written it wrongly."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.database import settings as database_settings

URL = "postgres://portal:secret@db.example.com:5432/portal"


def test_connections_are_kept_and_tried_before_they_are_used():
    database = database_settings.from_url(URL)
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert "pool" not in database["OPTIONS"]


def test_a_server_that_does_not_answer_is_given_up_soon():
    options = database_settings.from_url(URL)["OPTIONS"]
    assert options["connect_timeout"] == 3 and options["tcp_user_timeout"] == 15_000


def test_the_address_wins():
    database = database_settings.from_url(
        f"{URL}?conn_max_age=0&conn_health_checks=false&connect_timeout=9&sslmode=verify-full"
    )
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (0, False)
    assert database["OPTIONS"]["connect_timeout"] == 9 and database["OPTIONS"]["sslmode"] == "verify-full"


def test_a_pool_takes_the_place_of_connections_of_threads():
    database = database_settings.from_url(f"{URL}?pool=true&pool_min_size=3&pool_max_size=9&pool_timeout=4")
    assert database["CONN_MAX_AGE"] == 0 and database["CONN_HEALTH_CHECKS"]
    pool = database["OPTIONS"]["pool"]
    assert (pool["min_size"], pool["max_size"], pool["timeout"]) == (3, 9, 4)
    assert not {"pool_min_size", "pool_max_size", "pool_timeout"} & set(database["OPTIONS"])


@pytest.mark.parametrize("word", ["false", "no", "0"])
def test_a_pool_can_be_declined(word):
    assert "pool" not in database_settings.from_url(f"{URL}?pool={word}")["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://portal:pass/secret@db.example.com/portal", "percent-encoded"),
        ("mysql://portal:secret@db.example.com/portal", "begin with postgres://"),
        ("portal:secret@db.example.com", "begin with postgres://"),
        (f"{URL}?pool=true&pool_max_size=many", "whole numbers"),
        (f"{URL}?pool=true&pool_min_size=5&pool_max_size=4", "whole numbers"),
        (f"{URL}?pool=true&pool_timeout=0", "whole numbers"),
        (f"{URL}?pool_max_size=4", "pool=true"),
    ],
)
def test_what_cannot_work_is_refused_without_naming_the_password(url, words):
    with pytest.raises(ImproperlyConfigured) as refused:
        database_settings.from_url(url)
    text = str(refused.value)
    assert words in text and "secret" not in text and "pass/" not in text
    assert (
        refused.value.__cause__ is None and refused.value.__suppress_context__
    ) or not refused.value.__context__


def test_sqlite_takes_the_write_lock_first():
    database = database_settings.from_url("sqlite:////srv/portal.sqlite3")
    assert database["NAME"] == "/srv/portal.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
