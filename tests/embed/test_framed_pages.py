"""A page in a frame is the same page: without what belongs to a window, and with addresses that stay inside."""

import re
from urllib.parse import urljoin, urlsplit

import pytest

from portal.embed.models import Website
from tests.conftest import sign_in
from tests.embed.framing import HOST, IN_FRAME, PREFIX

SAME_SITE = "http://localhost:8002"
SAME_SITE_PREFIX = "/embed/in/http:localhost:8002"
NORTH = "north@example.com"


@pytest.fixture
def near(db):
    """A website that is one site with the portal, so that it shares the portal's session."""
    return Website.objects.create(name="Near", origin=SAME_SITE)


@pytest.fixture
def framed(near, alice_client):
    """Alice's browser, on pages of that website."""
    alice_client.defaults["HTTP_HOST"] = "localhost"
    return alice_client


def links(html):
    return re.findall(r'(?:href|action|src|data-[a-z-]*url)="(/[^"]*)"', html)


@pytest.mark.parametrize("path", ["/", "/inbox/claims/", "/inbox/claims/compose/", "/outgoing/"])
def test_every_address_of_a_page_stays_in_the_frame(framed, sandbox, path):
    html = framed.get(SAME_SITE_PREFIX + path).content.decode()
    inside = [link for link in links(html) if not link.startswith("/static/")]
    assert len(inside) > 5
    assert [link for link in inside if not link.startswith(SAME_SITE_PREFIX + "/")] == []


def test_a_message_and_its_formatted_body_stay_in_the_frame(framed, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01", text="", html="<p>Dear <b>Alice</b></p>")
    listed = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/").content.decode()
    (message,) = set(re.findall(rf'href="({SAME_SITE_PREFIX}/inbox/claims/o\.[^"?]+)', listed))
    shown = framed.get(message + "?view=formatted").content.decode()
    (body,) = re.findall(r'<iframe[^>]+src="([^"]+)"', shown)
    answer = framed.get(body)
    assert body.startswith(SAME_SITE_PREFIX) and b"Dear <b>Alice</b>" in answer.content
    assert f"frame-ancestors 'self' {SAME_SITE}" in answer["Content-Security-Policy"]


def test_a_frame_shows_neither_brand_nor_account_pages(framed, sandbox):
    html = framed.get(f"{SAME_SITE_PREFIX}/").content.decode()
    assert 'class="brand"' not in html and "Administration" not in html
    (account,) = re.findall(r'href="([^"]+/accounts/)"', html)
    assert account == "http://localhost:8000/accounts/"


def test_redirects_stay_in_the_frame(framed, billing, sandbox):
    billing.delete()
    assert framed.get(f"{SAME_SITE_PREFIX}/")["Location"] == f"{SAME_SITE_PREFIX}/inbox/claims/"
    framed.post(f"{SAME_SITE_PREFIX}/accounts/logout/")
    asked = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    assert asked["Location"].startswith(f"{SAME_SITE_PREFIX}/accounts/login/?next={SAME_SITE_PREFIX[:9]}")


@pytest.mark.parametrize("sign_in_where", ["here", "hand_off"])
def test_the_end_of_a_session_is_said_also_where_one_signs_in_on_the_website(
    near, client, sandbox, sign_in_where
):
    Website.objects.update(sign_in=sign_in_where)
    draft = f"next={SAME_SITE_PREFIX}/inbox/claims/compose/%3Fdraft%3Dx%26kept%3D"
    html = client.get(f"{SAME_SITE_PREFIX}/accounts/login/?{draft}", HTTP_HOST="localhost").content.decode()
    assert "You were signed out, because" in html and "What you wrote is kept as a draft." in html
    began = client.get(f"{SAME_SITE_PREFIX}/accounts/login/", HTTP_HOST="localhost").content.decode()
    assert "You were signed out, because" not in began


def test_what_a_website_asks_for_behind_its_page_does_not_hide_that_a_session_ended(framed, sandbox):
    framed.session.flush()
    assert "sessionid" not in framed.get(f"{SAME_SITE_PREFIX}/embed/connect/").cookies
    led = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    assert led.url.startswith(f"{SAME_SITE_PREFIX}/accounts/login/?ended=&next=")


def test_the_next_page_outside_is_outside_again(framed, sandbox):
    framed.get(f"{SAME_SITE_PREFIX}/")
    assert "/embed/in/" not in framed.get("/").content.decode()


def test_an_error_in_a_frame_leads_back_into_the_frame(framed, sandbox):
    sandbox.fault(kind="status", status=503)
    answer = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    assert answer.status_code in (502, 503)
    assert f'href="{SAME_SITE_PREFIX}/"' in answer.content.decode()


def test_a_frame_shows_the_boxes_of_its_website_alone(framed, near, claims, sandbox):
    Website.objects.update(shows_all=False)
    near.secureboxes.add(claims)
    assert framed.get(f"{SAME_SITE_PREFIX}/")["Location"] == f"{SAME_SITE_PREFIX}/inbox/claims/"
    assert framed.get(f"{SAME_SITE_PREFIX}/inbox/billing/").status_code == 404
    assert set(framed.get(f"{SAME_SITE_PREFIX}/unread.json").json()["secureboxes"]) == {"claims"}
    assert framed.get("/inbox/billing/").status_code == 200
    assert "Billing" not in framed.get(f"{SAME_SITE_PREFIX}/no/such/page").content.decode()


def test_a_website_whose_last_box_is_deleted_shows_none(framed, near, claims, sandbox):
    Website.objects.update(shows_all=False)
    near.secureboxes.add(claims)
    claims.delete()
    assert framed.get(f"{SAME_SITE_PREFIX}/unread.json").json()["secureboxes"] == {}
    assert framed.get(f"{SAME_SITE_PREFIX}/inbox/billing/").status_code == 404


def test_what_is_written_to_another_box_is_not_shown_there(framed, near, claims, billing, sandbox):
    framed.post("/inbox/billing/compose/", {"subject": "About a bill", "text": "Hello", "action": "save"})
    assert "About a bill" in framed.get(f"{SAME_SITE_PREFIX}/outgoing/").content.decode()
    Website.objects.update(shows_all=False)
    near.secureboxes.add(claims)
    assert "About a bill" not in framed.get(f"{SAME_SITE_PREFIX}/outgoing/").content.decode()


@pytest.mark.parametrize("option", ["dark", "light"])
def test_colours_are_those_that_the_website_asks_for(framed, sandbox, option):
    html = framed.get(f"{SAME_SITE_PREFIX},{option}/").content.decode()
    assert f'data-scheme="{option}"' in html and f'href="{SAME_SITE_PREFIX},{option}/inbox/claims/"' in html


@pytest.mark.parametrize("option", ["xx", "de-", "dark'", "..", "%00", "x" * 500])
def test_options_that_nobody_knows_change_nothing(framed, sandbox, option):
    html = framed.get(f"{SAME_SITE_PREFIX},{option}/").content.decode()
    assert "data-scheme" not in html and '<html lang="en"' in html and "Your mailboxes" in html


def test_the_language_is_the_websites_where_the_portal_speaks_it(framed, sandbox, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    assert '<html lang="de"' in framed.get(f"{SAME_SITE_PREFIX},de/").content.decode()
    assert '<html lang="en"' in framed.get(f"{SAME_SITE_PREFIX}/").content.decode()


def test_a_frame_that_is_opened_in_a_tab_becomes_the_page_itself(website, client):
    answer = client.get(f"{PREFIX}/inbox/claims/?page=2", headers={"Sec-Fetch-Dest": "document"})
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/claims/?page=2")


@pytest.mark.parametrize("key", ["x", "https:www.company.example", "a b", "ä", "%25", "%00", "..", ","])
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/%2fevil.example/",
        "///evil.example",
        "/\\evil.example/",
        "/%5Cevil.example",
        "/ä?x=//y",
    ],
)
def test_a_tab_is_led_to_no_other_host_and_not_in_circles(client, db, key, path):
    answer = client.get(f"/embed/in/{key}{path}", headers={"Sec-Fetch-Dest": "document"})
    if answer.status_code == 302:
        target = urlsplit(urljoin("http://testserver/here/", answer["Location"].replace("\\", "/")))
        assert target.netloc == "testserver" and not target.path.startswith("/embed/")
    else:
        assert answer.status_code == 404


def test_the_hidden_page_keeps_no_session_alive(framed, time_machine, settings):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    client = sign_in_at_host(framed)
    for minute in range(1, 30):
        time_machine.move_to(f"2026-11-23 10:{minute:02}:00Z", tick=False)
        client.get(f"{SAME_SITE_PREFIX}/embed/connect/")
        client.get(f"{SAME_SITE_PREFIX}/embed/state.json")
    time_machine.move_to("2026-11-23 10:30:01Z", tick=False)
    assert client.get(f"{SAME_SITE_PREFIX}/embed/state.json").json()["signed_in"] is False


def sign_in_at_host(framed):
    from portal.accounts.models import Consumer

    client = sign_in(Consumer.objects.get(email="alice@example.com"))
    client.defaults["HTTP_HOST"] = "localhost"
    return client


@pytest.mark.parametrize("path", ["/embed/connect/", "/embed/state.json"])
def test_there_is_nothing_for_frames_outside_frames(client, db, path):
    assert client.get(path).status_code == 404


def test_what_a_frame_is_told_of_its_session(website, client):
    first = client.get(f"{PREFIX}/embed/state.json", headers=IN_FRAME).json()
    second = client.get(f"{PREFIX}/embed/state.json", headers=IN_FRAME).json()
    assert (first["signed_in"], first["cookies"], second["cookies"]) == (False, False, True)
    assert HOST in client.get(f"{PREFIX}/embed/connect/").content.decode()
