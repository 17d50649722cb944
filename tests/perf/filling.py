"""Fill a portal's empty database for a measurement, and print the sessions of its people as JSON.

    python -m tests.perf.filling '{"boxes": {"ann": 3}, "consumers": 10, "log": 0}'

Each person has that many secureboxes of their own. There are as many further consumers and lines of the activity log, a
hundredth of them these people's. It runs with the environment of the portal.
"""

import json
import sys
from collections.abc import Mapping

import django

django.setup()

from allauth.usersessions.models import UserSession  # noqa: E402  After django.setup().
from django.conf import settings  # noqa: E402  After django.setup().
from django.core.management import call_command  # noqa: E402  After django.setup().
from django.db import connection  # noqa: E402  After django.setup().
from django.test import Client  # noqa: E402  After django.setup().

from inbox.models import Securebox  # noqa: E402  After django.setup().
from portal.accounts.models import Activity, Consumer  # noqa: E402  After django.setup().
from tests.perf.letters import PASSWORD, address_of, name_of, slug_of  # noqa: E402  After django.setup().

_BATCH = 10_000


def fill(boxes: Mapping[str, int], consumers: int, log: int) -> dict[str, str]:
    """The value of the session cookie of each of the people."""
    people = {person: _person(person, number) for person, number in boxes.items()}
    _add_consumers(consumers)
    if log:
        _add_lines(list(people.values()), log)
    # As PostgreSQL does by itself after some time, and `tidy` on SQLite. Plans depend on it.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {person: _signed_in(consumer) for person, consumer in people.items()}


def _person(person: str, boxes: int) -> Consumer:
    consumer = Consumer.objects.create_user(address_of(person), PASSWORD, first_name=person.title())
    consumer.mark_verified()
    for number in range(boxes):
        box = Securebox(slug=slug_of(person, number), name=name_of(person, number), title=f"Box {number}")
        box.open_to_all = False
        box.save()
        box.consumers.add(consumer)
    return consumer


def _signed_in(consumer: Consumer) -> str:
    browser = Client()
    browser.force_login(consumer)
    # As signing in through the pages does.
    UserSession.objects.create(user=consumer, session_key=browser.session.session_key, ip="127.0.0.1")
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def _add_consumers(number: int) -> None:
    for start in range(0, number, _BATCH):
        numbers = range(start, min(start + _BATCH, number))
        Consumer.objects.bulk_create(
            Consumer(email=f"consumer{n}@example.com", password="!") for n in numbers
        )


def _add_lines(people: list[Consumer], number: int) -> None:
    others = list(Consumer.objects.exclude(pk__in=[each.pk for each in people])[:100]) or people
    # One of a hundred is a line of the people themselves.
    authors = [
        people[n // 100 % len(people)] if n % 100 == 0 else others[n % len(others)] for n in range(_BATCH)
    ]
    Activity._base_manager.bulk_create(
        Activity(event=Activity.Event.MESSAGE_OPENED, consumer=author, address=author.email, box="Box 0")
        for author in authors[:number]
    )
    # The database repeats them by itself, which takes a tenth of the time.
    columns = ", ".join(
        field.column for field in Activity._meta.local_concrete_fields if not field.primary_key
    )
    table = Activity._meta.db_table
    with connection.cursor() as cursor:
        for start in range(_BATCH, number, _BATCH):
            query = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} ORDER BY id LIMIT %s"  # noqa: S608  Ours.
            cursor.execute(query, [min(_BATCH, number - start)])


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(fill(**json.loads(sys.argv[1]))))  # noqa: T201  The result.
