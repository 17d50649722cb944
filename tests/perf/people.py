"""Fill a portal's empty database with signed-in consumers, and print their sessions and references as JSON.

    python -m tests.perf.people COUNT

Each consumer has two boxes, "a" and "b" with the consumer's number. It runs with the environment of the portal.
"""

import json
import sys

import django

django.setup()

from allauth.usersessions.models import UserSession  # noqa: E402  After django.setup().
from django.conf import settings  # noqa: E402  After django.setup().
from django.core.management import call_command  # noqa: E402  After django.setup().
from django.test import Client  # noqa: E402  After django.setup().

from inbox import references  # noqa: E402  After django.setup().
from inbox.models import Securebox  # noqa: E402  After django.setup().
from inbox.securemail import Direction  # noqa: E402  After django.setup().
from portal.accounts.models import Consumer  # noqa: E402  After django.setup().


def make(number: int) -> dict[str, object]:
    """Their number, session, and a reference to the received message m1 in their first box."""
    consumer = Consumer.objects.create_user(f"consumer{number}@example.com")
    consumer.mark_verified()
    for letter in "ab":
        box = Securebox(slug=f"{letter}{number}", name=f"Box{letter}{number}", title=f"Box {letter}")
        box.open_to_all, box.shown_details = False, "CaseNumber = Case number"
        box.save()
        box.consumers.add(consumer)
    browser = Client()
    browser.force_login(consumer)
    # As signing in through the pages does.
    UserSession.objects.create(user=consumer, session_key=browser.session.session_key, ip="127.0.0.1")
    reference = references.sign(consumer.email, f"Boxa{number}", "m1", Direction.OUTBOUND)
    return {
        "number": number,
        "session": browser.cookies[settings.SESSION_COOKIE_NAME].value,
        "reference": reference,
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps([make(number) for number in range(int(sys.argv[1]))]))  # noqa: T201  The result.
