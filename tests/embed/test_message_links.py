"""The link to a message, which a website passes on, opens for its reader alone; others learn nothing from it."""

import re
import time
from urllib.parse import unquote

import pytest

from inbox.references import sign
from inbox.securemail import Direction
from portal.embed.models import Website
from tests.embed.framing import SAME_SITE_ORIGIN, SAME_SITE_PREFIX

ALICE, BOB = "alice@example.com", "bob@example.com"


@pytest.fixture
def framed(db, alice_client, settings):
    """Alice's browser, on pages of a website."""
    settings.PORTAL_URL = "http://localhost:8000"
    Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN)
    alice_client.defaults["HTTP_HOST"] = "localhost"
    return alice_client


def test_a_message_in_a_frame_offers_its_own_address_at_the_portal(framed, sandbox):
    reference = sign(ALICE, "Claims01", sandbox.add(ALICE, securebox="Claims01"), Direction.OUTBOUND)
    shown = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/{reference}/").text
    link = re.search(r'data-copy-link="([^"]+)"', shown)
    assert link and link[1] == f"http://localhost:8000/inbox/claims/{reference}/"


def test_anothers_link_and_one_that_was_changed_are_no_page_and_ask_nothing_upstream(
    framed, sandbox, time_machine
):
    time_machine.move_to(time.time(), tick=False)  # Pages say how many seconds their session has left.
    (alices, bobs) = (sandbox.add(address, securebox="Claims01") for address in (ALICE, BOB))
    own = sign(ALICE, "Claims01", alices, Direction.OUTBOUND)
    links = {
        "another's": sign(BOB, "Claims01", bobs, Direction.OUTBOUND),
        "of another message": own.replace(alices, bobs),
        "of another securebox": sign(ALICE, "Billing01", alices, Direction.OUTBOUND),
        "changed": own[:-6] + "AAAAAA",
    }
    answers = {what: framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/{link}/") for what, link in links.items()}
    assert {what: answer.status_code for what, answer in answers.items()} == dict.fromkeys(links, 404)
    pages = {
        re.sub(r'"(/embed/in/[^"]*|http[^"]*|[\w-]{20,})"', "", answer.text) for answer in answers.values()
    }
    assert len(pages) == 1, "Nobody can tell from the page whether there is such a message."
    assert sandbox.calls() == []


def test_signing_in_first_leads_to_the_message(framed, sandbox):
    reference = sign(ALICE, "Claims01", sandbox.add(ALICE, securebox="Claims01"), Direction.OUTBOUND)
    framed.logout()
    path = f"{SAME_SITE_PREFIX}/inbox/claims/{reference}/"
    answer = framed.get(path)
    assert answer.status_code == 302 and unquote(answer["Location"]).endswith(f"/accounts/login/?next={path}")
