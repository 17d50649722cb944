"""The end of a campaign: without faults, everything is delivered, and each message is viewed by its writer."""

import html
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import time_machine
from django.db.models import Q

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery
from tests.chaos.campaign import people
from tests.chaos.campaign.browser import Browser, state_on
from tests.chaos.campaign.config import Config

State = OutgoingMessage.State

WORDS = re.compile(r"Message (\d+) begins\..*Message \1 ends\.", re.DOTALL)

# Seconds from now. After two hours, rows that a process with a wrong clock has postponed are due as well.
MOMENTS = [*range(0, 600, 30), *range(7200, 7800, 30)]


def sweep_until_quiet() -> None:
    """Run deliveries at later and later times, until nothing is due."""
    quiet = Q(state=State.UNCONFIRMED, due_at=None) | ~Q(
        state__in=(State.QUEUED, State.SENDING, State.UNCONFIRMED)
    )
    now = time.time()
    for moment in MOMENTS:
        with time_machine.travel(now + moment):
            while delivery.run().looked_up:
                pass  # One run handles only some hundreds of rows.
        if not OutgoingMessage.objects.exclude(quiet).exists():
            return


def inspect(config: Config) -> None:
    """Write each row, and what its writer sees of it, to a file."""
    rows = OutgoingMessage.objects.select_related("consumer").order_by("consumer")
    with ThreadPoolExecutor(1) as nobody:
        browsers = {
            people.address_of(writer): people.sign_in(writer, nobody) for writer in range(config.writers)
        }
        found = [_seen(row, browsers[row.consumer.email]) for row in rows.iterator()]
    config.found.write_text(json.dumps(found))


def _seen(row: OutgoingMessage, browser: Browser) -> dict[str, Any]:
    page = browser.get(f"/outgoing/{row.nonce}/")
    if row.state == State.DRAFT:
        # The text of a draft is on the compose page.
        page = browser.get(f"/inbox/{row.securebox.slug}/compose/?draft={row.nonce}")
    row.refresh_from_db(fields=["state"])
    words = WORDS.search(html.unescape(page.content.decode()))
    return {
        "nonce": str(row.nonce),
        "state": row.state,
        "status": page.status_code,
        "shown_state": state_on(page),
        "words": words[0] if words else "",
    }
