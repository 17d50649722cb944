"""Guessing fills no log: what the limits refuse is not evaluated, and leaves no line."""

from datetime import timedelta

import time_machine
from django.core.management import call_command
from django.utils import timezone

from portal.accounts.models import Activity


def test_a_thousand_guesses_in_an_hour_from_many_networks_leave_at_most_twenty_lines(client, db):
    call_command("consumer", "anna@example.com", password="a-lamp-by-the-window", verbosity=0)
    form = {"login": "anna@example.com", "password": "wrong-password-x"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(1_000):
            client.post("/accounts/login/", form, REMOTE_ADDR=f"192.0.2.{number % 200}")
            clock.shift(timedelta(seconds=3.5))
    failed = Activity.objects.filter(event=Activity.Event.SIGN_IN_FAILED, address="anna@example.com")
    assert 5 <= failed.count() <= 20
    assert not Activity.objects.exclude(event=Activity.Event.SIGN_IN_FAILED).exists()
