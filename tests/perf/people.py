"""Fills a portal's empty database with consumers who are signed in, and prints what lets them ask for pages.

    python -m tests.perf.people COUNT

Each has two boxes of their own, "a" and "b" with their number. Runs under the environment of the portal.
"""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django must be set up first.
from django.test import Client  # noqa: E402  Once Django is set up.

from inbox import references  # noqa: E402  Once Django is set up.
from inbox.models import Securebox  # noqa: E402  Once Django is set up.
from inbox.securemail import Direction  # noqa: E402  Once Django is set up.
from portal.accounts.models import Consumer  # noqa: E402  Once Django is set up.


def make(number: int) -> dict[str, object]:
    """Their number, session, and a reference to message m1 in their first box, received by them."""
    consumer = Consumer.objects.create_user(f"consumer{number}@example.com")
    consumer.mark_verified()
    for letter in "ab":
        box = Securebox(slug=f"{letter}{number}", name=f"Box{letter}{number}", title=f"Box {letter}")
        box.open_to_all, box.shown_details = False, "CaseNumber = Case number"
        box.save()
        box.consumers.add(consumer)
    browser = Client()
    browser.force_login(consumer)
    reference = references.sign(consumer.email, f"Boxa{number}", "m1", Direction.OUTBOUND)
    return {"number": number, "session": browser.cookies["sessionid"].value, "reference": reference}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps([make(number) for number in range(int(sys.argv[1]))]))  # noqa: T201  What it is run for.
