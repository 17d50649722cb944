"""A page in a frame is the ordinary page, without what belongs to a window, and with URLs that stay in the frame."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from portal.embed.models import Website
from tests.conftest import sign_in
from tests.embed.framing import IN_FRAME, ORIGIN, PREFIX, SAME_SITE_ORIGIN, SAME_SITE_PREFIX

NORTH = "north@example.com"


@pytest.fixture
def same_site(db):
    """A website that is one site with the portal, and so shares its sessions."""
    return Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN)


@pytest.fixture
def framed(same_site, alice_client):
    """Alice's browser, on pages of that website."""
    alice_client.defaults["HTTP_HOST"] = "localhost"
    return alice_client


def links(html):
    return re.findall(r'(?:href|action|src|data-[a-z-]*url)="(/[^"]*)"', html)


@pytest.mark.parametrize("path", ["/", "/inbox/claims/", "/inbox/claims/compose/", "/outgoing/"])
def test_every_url_on_a_page_stays_in_the_frame(framed, sandbox, path):
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
    assert f"frame-ancestors 'self' {SAME_SITE_ORIGIN}" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("origin", [SAME_SITE_ORIGIN, "https://www.nobody.example"])
@pytest.mark.parametrize("path", ["/inbox/claims/", "/inbox/none/", "/inbox/claims", "/accounts/"])
def test_every_answer_fits_into_a_page_with_an_embedder_policy(framed, sandbox, origin, path):
    """The frames of such a page need one too, and have to say that other origins may load them; redirects as well."""
    answer = framed.get(f"/embed/in/{origin.replace('://', ':')}{path}", headers={"Sec-Fetch-Dest": "iframe"})
    assert answer["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("destination", ["image", "empty"])
def test_what_is_not_shown_in_a_frame_is_for_the_portals_own_origin(framed, sandbox, destination):
    answer = framed.get(f"{SAME_SITE_PREFIX}/unread.json", headers={"Sec-Fetch-Dest": destination})
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_in_a_frame_list_and_message_stand_on_pages_of_their_own(framed, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01")
    listed = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    shown = framed.get(listed.context["rows"][0].url).content.decode()
    assert 'class="list-pane' not in shown and "reading-pane" not in listed.content.decode()


def test_turning_pages_and_coming_back_from_a_message_stay_in_the_frame(framed, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 10
    letter = {"address": "alice@example.com", "securebox": "Claims01", "text": ""}
    sandbox.add_many([{**letter, "subject": f"Letter {number}"} for number in range(12)])
    mailbox = f"{SAME_SITE_PREFIX}/inbox/claims/"
    (older,) = re.findall(r'rel="next"\s+href="([^"]+)"', framed.get(mailbox).content.decode())
    page = framed.get(urljoin(mailbox, unescape(older)))
    message = framed.get(page.context["rows"][0].url).content.decode()
    (back,) = re.findall(r'class="back-link"><a href="([^"]+)"', message)
    assert back.startswith(f"{mailbox}?page=2&amp;")
    again = framed.get(unescape(back)).context
    assert [row.subject for row in again["rows"]] == [row.subject for row in page.context["rows"]]
    assert again["newer"] == mailbox


def test_a_frame_shows_neither_brand_nor_account_pages(framed, sandbox):
    html = framed.get(f"{SAME_SITE_PREFIX}/").content.decode()
    assert 'class="brand"' not in html and "Administration" not in html
    (account,) = re.findall(r'href="([^"]+/accounts/)"', html)
    assert account == "http://localhost:8000/accounts/"


def test_what_cannot_be_sent_in_a_frame_is_kept_there(framed, sandbox, settings):
    settings.PORTAL_SEND_DAILY = 1
    compose, letter = f"{SAME_SITE_PREFIX}/inbox/claims/compose/", {"subject": "Late", "text": "Not lost."}
    headers = {"Origin": SAME_SITE_ORIGIN}
    assert [framed.post(compose, letter, headers=headers).status_code for _ in range(2)] == [302, 429]
    html = framed.get(f"{SAME_SITE_PREFIX}/outgoing/").content.decode()
    assert "Late" in html and len(sandbox.calls("send")) == 1


def test_redirects_stay_in_the_frame(framed, billing, sandbox):
    billing.delete()
    assert framed.get(f"{SAME_SITE_PREFIX}/")["Location"] == f"{SAME_SITE_PREFIX}/inbox/claims/"
    framed.post(f"{SAME_SITE_PREFIX}/accounts/logout/")
    asked = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    assert asked["Location"].startswith(f"{SAME_SITE_PREFIX}/accounts/login/?next={SAME_SITE_PREFIX[:9]}")


@pytest.mark.parametrize("sign_in_where", ["here", "hand_off"])
def test_the_end_of_a_session_is_announced_for_both_ways_to_sign_in(
    same_site, client, sandbox, sign_in_where
):
    Website.objects.update(sign_in=sign_in_where)
    draft = f"next={SAME_SITE_PREFIX}/inbox/claims/compose/%3Fdraft%3Dx%26kept%3D"
    html = client.get(f"{SAME_SITE_PREFIX}/accounts/login/?{draft}", HTTP_HOST="localhost").content.decode()
    assert "You were signed out because" in html and "We saved your draft. It hasn’t been sent yet." in html
    began = client.get(f"{SAME_SITE_PREFIX}/accounts/login/", HTTP_HOST="localhost").content.decode()
    assert "You were signed out because" not in began


def test_background_requests_do_not_hide_the_end_of_a_session(framed, sandbox):
    framed.session.flush()
    assert "sessionid" not in framed.get(f"{SAME_SITE_PREFIX}/embed/connect/").cookies
    led = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    assert led.url.startswith(f"{SAME_SITE_PREFIX}/accounts/login/?ended=&next=")


def test_the_next_page_outside_the_frame_has_no_frame_urls(framed, sandbox):
    framed.get(f"{SAME_SITE_PREFIX}/")
    assert "/embed/in/" not in framed.get("/").content.decode()


def test_an_error_page_in_a_frame_links_back_into_the_frame(framed, sandbox):
    sandbox.fault(kind="status", status=503)
    answer = framed.get(f"{SAME_SITE_PREFIX}/inbox/claims/")
    assert answer.status_code in (502, 503)
    assert f'href="{SAME_SITE_PREFIX}/"' in answer.content.decode()


def test_a_frame_shows_only_the_secureboxes_of_its_website(framed, same_site, claims, sandbox):
    Website.objects.update(shows_all=False)
    same_site.secureboxes.add(claims)
    assert framed.get(f"{SAME_SITE_PREFIX}/")["Location"] == f"{SAME_SITE_PREFIX}/inbox/claims/"
    assert framed.get(f"{SAME_SITE_PREFIX}/inbox/billing/").status_code == 404
    assert set(framed.get(f"{SAME_SITE_PREFIX}/unread.json").json()["secureboxes"]) == {"claims"}
    assert framed.get("/inbox/billing/").status_code == 200
    assert "Billing" not in framed.get(f"{SAME_SITE_PREFIX}/no/such/page").content.decode()


def test_after_its_last_securebox_is_deleted_a_website_shows_no_securebox(framed, same_site, claims, sandbox):
    Website.objects.update(shows_all=False)
    same_site.secureboxes.add(claims)
    claims.delete()
    assert framed.get(f"{SAME_SITE_PREFIX}/unread.json").json()["secureboxes"] == {}
    assert framed.get(f"{SAME_SITE_PREFIX}/inbox/billing/").status_code == 404


def test_drafts_for_another_securebox_are_not_shown_in_the_frame(framed, same_site, claims, billing, sandbox):
    framed.post("/inbox/billing/compose/", {"subject": "About a bill", "text": "Hello", "action": "save"})
    assert "About a bill" in framed.get(f"{SAME_SITE_PREFIX}/outgoing/").content.decode()
    Website.objects.update(shows_all=False)
    same_site.secureboxes.add(claims)
    assert "About a bill" not in framed.get(f"{SAME_SITE_PREFIX}/outgoing/").content.decode()


@pytest.mark.parametrize("option", ["dark", "light"])
def test_the_colour_scheme_is_the_one_in_the_path(framed, sandbox, option):
    html = framed.get(f"{SAME_SITE_PREFIX},{option}/").content.decode()
    assert f'data-scheme="{option}"' in html and f'href="{SAME_SITE_PREFIX},{option}/inbox/claims/"' in html


@pytest.mark.parametrize("option", ["xx", "de-", "dark'", "..", "%00", "x" * 500])
def test_unknown_options_in_the_path_are_ignored(framed, sandbox, option):
    html = framed.get(f"{SAME_SITE_PREFIX},{option}/").content.decode()
    assert "data-scheme" not in html and '<html lang="en"' in html and "Your inbox" in html


def test_the_language_in_the_path_is_used_if_supported(framed, sandbox, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    assert '<html lang="de"' in framed.get(f"{SAME_SITE_PREFIX},de/").content.decode()
    assert '<html lang="en"' in framed.get(f"{SAME_SITE_PREFIX}/").content.decode()


def test_a_framed_path_opened_in_a_tab_redirects_to_the_page_itself(website, client):
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
def test_that_redirect_leads_neither_to_another_host_nor_into_a_loop(client, db, key, path):
    answer = client.get(f"/embed/in/{key}{path}", headers={"Sec-Fetch-Dest": "document"})
    if answer.status_code == 302:
        target = urlsplit(urljoin("http://testserver/here/", answer["Location"].replace("\\", "/")))
        assert target.netloc == "testserver" and not target.path.startswith("/embed/")
    else:
        assert answer.status_code == 404


def test_the_hidden_page_does_not_extend_the_session(framed, time_machine, settings):
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
def test_endpoints_for_frames_are_404_outside_frames(client, db, path):
    assert client.get(path).status_code == 404


def test_the_frames_state_tells_about_session_and_cookies(website, client):
    first = client.get(f"{PREFIX}/embed/state.json", headers=IN_FRAME).json()
    second = client.get(f"{PREFIX}/embed/state.json", headers=IN_FRAME).json()
    assert (first["signed_in"], first["cookies"], second["cookies"]) == (False, False, True)
    assert ORIGIN in client.get(f"{PREFIX}/embed/connect/").content.decode()
