"""The look of a website's frames: its own colours and logo there, and the portal's everywhere else."""

import re

import pytest

from portal.brand import theme
from portal.embed.models import Website
from tests.conftest import sign_in
from tests.embed.framing import IN_FRAME, ORIGIN, PREFIX, SAME_SITE_ORIGIN, SAME_SITE_PREFIX, policy_of
from tests.embed.pictures import png
from tests.inbox.helpers import only_reference

PURPLE = {"brand": "#7a1f5c", "on_brand": "#ffffff", "dark_brand": "#f0a9d0", "dark_on_brand": "#2a0a20"}
LOGIN = f"{PREFIX}/accounts/login/"


@pytest.fixture
def purple(website) -> Website:
    """The website with colours, name and logo of its own."""
    for name, value in {**PURPLE, "shown_name": "Northwind", "corners": 4, "font": "Georgia, serif"}.items():
        setattr(website, name, value)
    website.set_logo(png())
    website.save()
    return website


def sheets(answer):
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.content.decode())


def test_a_frame_has_its_websites_sheet_right_after_the_one_with_the_theme(purple, client):
    with_theme, own = sheets(client.get(LOGIN, headers=IN_FRAME))[:2]
    assert own == purple.sheet_url and "/css/portal." in with_theme


def test_a_frame_shows_its_websites_name_and_logo(purple, client):
    html = client.get(LOGIN, headers=IN_FRAME).content.decode()
    assert f'<img src="{purple.logo_url}"' in html and "<span>Northwind</span>" in html
    assert "Sign in · Northwind</title>" in " ".join(html.split())


def test_a_logo_without_a_name_is_named_as_its_website(purple, client):
    Website.objects.update(shown_name="")
    html = " ".join(client.get(LOGIN, headers=IN_FRAME).content.decode().split())
    assert 'alt="The Company"' in html and "· Secure messages</title>" in html


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/accounts/login/", {}),
        ("/embed/in/https:other.example/accounts/login/", IN_FRAME | {"Referer": "https://other.example/"}),
        (f"{PREFIX}/accounts/", IN_FRAME),
        (LOGIN, IN_FRAME | {"Referer": "https://other.example/"}),
    ],
    ids=["no frame", "another website", "a refused page", "a page of another website"],
)
def test_no_other_page_shows_anything_of_it(purple, client, path, headers):
    Website.objects.create(name="Other", origin="https://other.example")
    html = client.get(path, headers=headers).content.decode()
    assert "Northwind" not in html and "/embed/brand/" not in html


def test_a_website_without_a_look_of_its_own_has_the_portals(website, client):
    answer = client.get(LOGIN, headers=IN_FRAME)
    assert "/embed/brand/" not in answer.content.decode()
    assert b'class="brand"' not in answer.content


def test_the_sheet_sets_what_was_entered_and_is_read_like_the_theme(purple, client):
    answer = client.get(purple.sheet_url)
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    colours = theme.theme(answer.content.decode())
    found = [theme.as_hex(colours.colour("--brand", scheme)) for scheme in theme.SCHEMES]
    assert found == ["#7a1f5c", "#f0a9d0"]
    assert colours.properties["light"]["--round"] == "0.25rem"
    assert colours.properties["dark"]["--font"] == "Georgia, serif"


@pytest.mark.parametrize(("entered", "others"), [("page", "dark_page"), ("dark_page", "page")])
def test_what_is_not_entered_is_the_portals_in_that_scheme(website, entered, others):
    setattr(website, entered, "#123456")
    scheme, other = ("dark", "light") if entered.startswith("dark") else ("light", "dark")
    colours = theme.theme(website.sheet())
    assert theme.as_hex(colours.colour("--page", scheme)) == "#123456"
    assert colours.colour("--page", other) == theme.theme().colour("--page", other)
    assert colours.colour("--ink", scheme) == theme.theme().colour("--ink", scheme)


@pytest.mark.parametrize("kind", ["sheet_url", "logo_url"])
def test_sheet_and_logo_are_the_same_for_everyone_and_kept(purple, client, alice_client, kind):
    address = getattr(purple, kind)
    answers = [client.get(address), alice_client.get(address)]
    for answer in answers:
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not answer.cookies and not {"Vary", "Portal-Reader"} & set(answer.headers)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert policy_of(answer)["default-src"] == policy_of(answer)["frame-ancestors"] == "'none'"
    assert answers[0].content == answers[1].content


def test_a_logo_is_sent_as_the_picture_that_it_is(purple, client):
    answer = client.get(purple.logo_url)
    assert (answer["Content-Type"], answer.content) == ("image/png", png())


def test_a_change_has_new_addresses_and_is_seen_at_the_old_ones_too(purple, client):
    old = (purple.sheet_url, purple.logo_url)
    purple.brand = "#004433"
    purple.set_logo(png(28, 28))
    purple.save()
    assert not {purple.sheet_url, purple.logo_url} & set(old)
    for address in old:
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        assert answer.content == client.get(purple.sheet_url if "css" in address else purple.logo_url).content


@pytest.mark.parametrize("file", ["0-000000000000.css", "{0}-0.css", "{0}-000000000000.svg", "", "../v1.js"])
def test_other_addresses_hold_nothing(purple, client, file):
    assert client.get(f"/embed/brand/{file.format(purple.pk)}").status_code == 404


def test_what_a_website_does_not_have_is_not_there(website, client):
    for kind in ("css", "png"):
        assert client.get(f"/embed/brand/{website.pk}-000000000000.{kind}").status_code == 404


def test_a_letters_own_frame_has_the_sheet_and_may_load_no_other_page(purple, alice, sandbox):
    Website.objects.filter(pk=purple.pk).update(origin=SAME_SITE_ORIGIN)
    sandbox.add("alice@example.com", securebox="Claims01", text="", html="<p>Dear <b>Alice</b></p>")
    reader = sign_in(alice)
    letter = f"/inbox/claims/{only_reference(reader)}/body/"
    answer = reader.get(f"{SAME_SITE_PREFIX}{letter}", headers={"Host": "localhost"})
    assert purple.sheet_url in sheets(answer)
    sources = policy_of(answer)["style-src"].split()
    assert set(sources) == {f"http://localhost{purple.sheet_url}", "http://localhost/static/"}
    assert "/embed/brand/" not in reader.get(letter)["Content-Security-Policy"]


def test_a_framed_page_does_not_read_the_logo(purple, client, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        assert Website.objects.for_origin(ORIGIN).logo_url
    assert '"logo"' not in queries[0]["sql"]
