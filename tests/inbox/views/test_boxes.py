import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from inbox.models import Securebox
from tests.conftest import sign_in
from tests.inbox.helpers import unreachable

ALICE = "alice@example.com"
NOW = datetime.now(UTC)


def groups(html):
    """The subjects of the rows, in order, by the heading above them; "" without one."""
    found = {}
    for section in re.findall(r"<section.*?</section>", html, re.DOTALL):
        heading = re.search(r"<h2[^>]*>(.*?)</h2>", section)
        found[heading[1] if heading else ""] = re.findall(r'class="mail-subject">([^<]*)<', section)
    return found


def add(sandbox, subject, hours_ago, **more):
    sandbox.add(ALICE, subject, **{"date": NOW - timedelta(hours=hours_ago), "status": "read", **more})


def test_shows_the_messages_of_all_boxes_together_the_unread_ones_first(alice_client, sandbox):
    add(sandbox, "Your invoice", 1)
    add(sandbox, "Your claim", 2, securebox="Claims01")
    add(sandbox, "A reminder", 3)
    add(sandbox, "Our decision", 48, securebox="Claims01", status="unread")
    add(sandbox, "A new tariff", 24, status="unread")
    html = alice_client.get("/").content.decode()
    assert groups(html) == {
        "Unread": ["A new tariff", "Our decision"],
        "Earlier": ["Your invoice", "Your claim", "A reminder"],
    }


def test_each_row_names_its_department_and_leads_to_the_message(alice_client, sandbox):
    add(sandbox, "Your claim", 1, securebox="Claims01", text="We have received it.")
    add(sandbox, "Your invoice", 2)
    html = alice_client.get("/").content.decode()
    rows = re.findall(r'<li class="mail.*?</li>', html, re.DOTALL)
    assert ["Claims" in row for row in rows] == [True, False] and "Billing" in rows[1]
    letter = alice_client.get(re.search(r'href="(/inbox/claims/[^"]+)"', rows[0])[1])
    assert "We have received it." in letter.content.decode()


def test_without_an_unread_message_the_rows_need_no_heading(alice_client, sandbox):
    add(sandbox, "Your claim", 1, securebox="Claims01")
    assert groups(alice_client.get("/").content.decode()) == {"": ["Your claim"]}


def test_own_messages_that_wait_for_an_agent_are_not_unread(alice_client, sandbox):
    add(sandbox, "My question", 1, direction="inbound", status="unread", securebox="Claims01")
    html = alice_client.get("/").content.decode()
    assert groups(html) == {"": ["My question"]}
    assert re.search(r"<title>\s*Your inbox", html)


def test_asks_each_box_once_and_its_answers_give_the_badges(alice_client, sandbox):
    for hours in (1, 2):
        add(sandbox, "Your claim", hours, securebox="Claims01", status="unread")
    html = alice_client.get("/").content.decode()
    assert [call["operation"] for call in sandbox.calls()] == ["list", "list"]
    assert re.search(r"<title>\(2\)\s*Your inbox", html)
    assert re.search(
        r'data-unread="claims">\s*<span class="visually-hidden">Unread:</span>\s*<span data-number>2</span>',
        html,
    )
    assert alice_client.get("/unread.json").json()["secureboxes"] == {"claims": 2, "billing": 0}
    assert len(sandbox.calls()) == 2


def test_shows_as_many_rows_as_a_list_and_where_the_others_are(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 3
    for number in range(4):
        add(sandbox, f"Unread {number}", 10 + number, securebox="Claims01", status="unread")
    for number in range(2):
        add(sandbox, f"Invoice {number}", number)
    html = alice_client.get("/").content.decode()
    assert groups(html) == {"Unread": ["Unread 0", "Unread 1", "Unread 2"]}
    assert re.search(r"<title>\(3\+\)\s", html)
    assert re.findall(r'href="(/inbox/\w+/)">More in', html) == ["/inbox/claims/", "/inbox/billing/"]


def test_says_nothing_of_more_where_there_is_none(alice_client, sandbox):
    add(sandbox, "Your claim", 1, securebox="Claims01")
    assert "More in" not in alice_client.get("/").content.decode()


def test_redirects_to_the_only_securebox(alice_client, alice, billing, sandbox):
    billing.consumers.remove(alice)
    response = alice_client.get("/")
    assert response.status_code == 302 and response.url == "/inbox/claims/"
    assert sandbox.calls() == []


@pytest.mark.parametrize("address", ["/", "/search/"])
def test_explains_what_to_do_without_a_securebox_and_how(charlie, sandbox, settings, address):
    settings.PORTAL_CONTACT = "phone=+44 20 7946 0000"
    html = sign_in(charlie).get(address).content.decode()
    empty = html.partition('<div class="empty">')[2].partition("</main>")[0]
    assert "You can’t message any departments yet." in empty and "we’ll set this up." in empty
    assert 'href="tel:+442079460000"' in empty
    assert sandbox.calls() == []


def test_invites_those_to_write_who_have_no_messages(alice_client, sandbox):
    html = alice_client.get("/").content.decode()
    assert "No messages yet." in html
    assert 'href="/inbox/claims/compose/"' in html and 'href="/inbox/billing/compose/"' in html


def test_offers_each_department_that_takes_messages_with_what_it_is_for(alice_client, alice, claims, sandbox):
    claims.description = "Damage and accidents"
    claims.save()
    closed = Securebox.objects.create(slug="old", name="Old1", title="Archive", accepts_messages=False)
    closed.consumers.add(alice)
    add(sandbox, "Your claim", 1, securebox="Claims01")
    (menu,) = re.findall(r'<ul class="write-to">.*?</ul>', alice_client.get("/").content.decode(), re.DOTALL)
    assert "Damage and accidents" in menu and "2 working days" in menu
    assert re.findall(r'href="([^"]+)"', menu) == ["/inbox/claims/compose/", "/inbox/billing/compose/"]


def test_names_a_box_that_fails_and_shows_the_others(alice_client, sandbox):
    add(sandbox, "Your invoice", 1)
    sandbox.fault("status", securebox="Claims01", status=500)
    response = alice_client.get("/")
    html = response.content.decode()
    assert response.status_code == 200 and groups(html) == {"": ["Your invoice"]}
    assert unreachable(html) == ["Claims"]
    assert "Last checked" not in html


def test_says_when_a_box_that_fails_was_read_last(alice, sandbox):
    add(sandbox, "Your claim", 1, securebox="Claims01", status="unread")
    with time_machine.travel(timezone.localtime().replace(hour=6, minute=29), tick=False) as clock:
        alice_client = sign_in(alice)
        alice_client.get("/")
        sandbox.fault("status", securebox="Claims01", status=500)
        clock.shift(timedelta(minutes=5))
        html = alice_client.get("/").content.decode()
    assert unreachable(html) == ["Claims"]
    assert re.search(r"Last checked (<time[^>]*>)?06:29(</time>)?\.", html)
    assert re.search(r"<title>\(1\)\s", html)


def test_a_box_that_fails_never_makes_the_inbox_look_empty(alice_client, sandbox):
    sandbox.fault("status", securebox="Claims01", status=500)
    html = alice_client.get("/").content.decode()
    assert unreachable(html) == ["Claims"] and "No messages yet" not in html
    assert "No messages in the departments we could check." in html


@pytest.mark.parametrize(("fault", "status"), [({"status": 500}, 503), ({"status": 401}, 502)])
def test_if_all_boxes_fail_the_page_says_so(alice_client, sandbox, fault, status):
    sandbox.fault("status", **fault)
    response = alice_client.get("/")
    html = response.content.decode()
    assert response.status_code == status
    assert 'href="/">' in html and "Try again" in html
    assert "No messages" not in html and "mail-subject" not in html


def test_messages_that_cannot_be_shown_are_not_kept_quiet(alice_client, sandbox, settings):
    add(sandbox, "Your claim", 1, securebox="Claims01")
    settings.SECUREMAIL_MESSAGE_FIELDS = {"id": ["none"]}
    html = alice_client.get("/").content.decode()
    assert re.search(r"1\s+message", html) and "No messages yet" not in html


def test_tells_its_script_what_it_shows(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 2
    for number in range(3):
        add(sandbox, "Your claim", number, securebox="Claims01", status="unread")
    add(sandbox, "Your invoice", 1, status="unread")
    html = alice_client.get("/").content.decode()
    data = json.loads(re.search(r'id="arrivals" type="application/json">(.*?)</script>', html)[1])
    assert data["shown"] == {"claims": None, "billing": 1}
    assert data["numbered"][:2] == ["1 new message.", "2 new messages."]
    assert data["sent"]["claims"] == "Your message to Claims was sent."
    sandbox.fault("status", securebox="", status=500)
    html = alice_client.get("/").content.decode()
    data = json.loads(re.search(r'id="arrivals" type="application/json">(.*?)</script>', html)[1])
    assert data["shown"]["billing"] == 0


def test_asks_for_the_signed_in_consumers_address_only(alice_client, sandbox):
    alice_client.get("/?address=bob@example.com")
    assert {call["address"] for call in sandbox.calls()} == {ALICE}


def test_shows_no_other_consumers_messages(alice_client, bob, sandbox):
    sandbox.add("bob@example.com", "For Bob alone", securebox="Claims01")
    assert "For Bob alone" not in alice_client.get("/").content.decode()
    assert "For Bob alone" in sign_in(bob).get("/").content.decode()


def test_is_limited_like_the_lists(alice_client, sandbox, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "mail_page": "2/m/user"}
    assert [alice_client.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_requires_sign_in(client, db):
    response = client.get("/")
    assert response.status_code == 302 and response.url == "/accounts/login/?next=/"
