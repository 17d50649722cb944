"""The frame around every page: departments, titles, notices."""

import re

import pytest

from inbox.models import Securebox

LONG = "Department of motor claims abroad and of everything that comes with them, part {}"


def departments(html: str) -> list[tuple[str, bool]]:
    """Address of each link of the navigation, and whether it is the current one."""
    nav = re.search(r'<nav aria-label="Departments">.*?</nav>', html, re.DOTALL)[0]
    return [(url, "aria-current" in more) for url, more in re.findall(r'<a href="([^"]+)"([^>]*)>', nav)]


def summary(html: str) -> str:
    """The words of the closed menu, as a screen reader has them."""
    inner = re.search(r'class="menu departments">\s*<summary>(.*?)</summary>', html, re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", inner).split())


def test_the_departments_are_on_every_page_with_the_one_that_is_open(alice_client, sandbox):
    for address, current in (("/", "/"), ("/inbox/claims/", "/inbox/claims/"), ("/accounts/", None)):
        links = departments(alice_client.get(address).content.decode())
        assert [url for url, _current in links] == ["/", "/inbox/claims/", "/inbox/billing/", "/outgoing/"]
        assert [url for url, is_current in links if is_current] == [current][: bool(current)]


def test_the_closed_menu_names_the_department_and_all_unread_messages(alice_client, sandbox):
    for box in ("Claims01", "Claims01", ""):
        sandbox.add("alice@example.com", securebox=box)
    alice_client.get("/")
    assert summary(alice_client.get("/inbox/claims/").content.decode()) == "Departments: Claims Unread: 3"
    assert summary(alice_client.get("/").content.decode()) == "Departments: All departments Unread: 3"


@pytest.mark.parametrize("number", [1, 40])
def test_one_department_or_forty(alice_client, billing, sandbox, number):
    billing.delete()
    for position in range(1, number):
        Securebox.objects.create(
            slug=f"box{position}", name=f"Box{position}", title=LONG.format(position)[:80]
        )
    links = [url for url, _current in departments(alice_client.get("/accounts/").content.decode())]
    assert len(links) == (2 if number == 1 else 42)
    assert ("/" in links) == (number > 1)


def test_a_department_says_how_soon_it_answers_or_what_it_is_for(alice_client, claims, billing, sandbox):
    Securebox.objects.filter(pk=billing.pk).update(description="Bills and payments", reply_time="")
    html = alice_client.get("/accounts/").content.decode()
    assert re.search(r'class="department-note"[^>]*>Bills and payments<', html)


def test_the_title_begins_with_an_error_or_else_with_the_number(alice_client, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01")
    alice_client.get("/")
    title = re.compile(r"<title[^>]*>\s*(.*?)\s*</title>", re.DOTALL)
    compose = "/inbox/claims/compose/"
    assert title.search(alice_client.get(compose).content.decode())[1].startswith("(1) New message")
    failed = title.search(alice_client.post(compose, {"action": "send"}).content.decode())[1]
    assert failed.startswith("Error: New message") and "(1)" not in failed


def test_a_page_says_what_it_is_and_which_colour_it_has(client, db):
    html = client.get("/accounts/login/").content.decode()
    assert re.search(r'<meta name="description"\s+content="Secure messages: [^"]+">', html)
    colours = re.findall(
        r'name="theme-color"\s+media="\(prefers-color-scheme: (\w+)\)"\s+content="([^"]+)"', html
    )
    assert dict(colours)["light"] == "#ffffff" and len(colours) == 2


def test_a_result_is_a_notice_of_its_kind_that_can_have_the_focus(alice_client, sandbox):
    sandbox.add("alice@example.com", "Old", securebox="Claims01")
    listed = alice_client.get("/inbox/claims/").content.decode()
    (reference,) = re.findall(r'name="reference"\s+value="([^"]+)"', listed)
    html = alice_client.post(
        "/inbox/claims/selected/", {"action": "read", "reference": reference}, follow=True
    ).content.decode()
    notice = re.search(
        r'<div class="notices" data-results>\s*<div class="notice success"[^>]*>', html, re.DOTALL
    )[0]
    assert 'role="status"' in notice and 'tabindex="-1"' in notice
    assert html.index("data-results") < html.index("<h1")


def test_what_an_operator_changes_of_a_department_is_on_the_next_page(alice_client, claims, billing, sandbox):
    Securebox.objects.filter(pk=billing.pk).update(accepts_messages=True)
    before = alice_client.get("/").content.decode()
    assert "Claims &amp; losses" not in before and "within 3 hours" not in before
    Securebox.objects.filter(pk=claims.pk).update(
        title="Claims & losses", description="After a loss", reply_hours=3, slug="losses"
    )
    after = alice_client.get("/").content.decode()
    assert departments(after)[1] == ("/inbox/losses/", False)
    # In the navigation, and where to write to; the description stands in the latter alone.
    assert after.count("We usually reply within 3 hours.") == 2
    assert after.count(">Claims &amp; losses</") >= 2 and after.count("After a loss") == 1
    Securebox.objects.filter(pk=claims.pk).update(
        reply_hours=None, reply_working_days=None, reply_time="", accepts_messages=False
    )
    last = alice_client.get("/").content.decode()
    assert "within 3 hours" not in last and last.count("After a loss") == 1
    assert "/inbox/losses/compose/" not in last
