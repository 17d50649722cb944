"""What an operator may enter as a website's look: nothing that cannot be read, and nothing that could run."""

from itertools import product

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.models import Activity
from portal.embed.models import Website
from tests.accounts.operators import make_operator, make_superuser
from tests.conftest import sign_in
from tests.embed.framing import ORIGIN
from tests.embed.pictures import png
from tests.embed.test_brand import PURPLE

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def olga(db):
    return sign_in(make_superuser("Olga"))


@pytest.fixture
def save(olga, website):
    """Saves the website with these fields. Returns what the page says is wrong, or nothing."""

    def save(**fields: object) -> list[str]:
        posted = {"name": "The Company", "origin": ORIGIN, "sign_in": "here", "company": "", **fields}
        answer = olga.post(f"/admin/embed/website/{website.pk}/change/", posted)
        if answer.status_code == 302:
            return []
        errors = answer.context["adminform"].form.errors
        return [str(message) for messages in errors.values() for message in messages]

    return save


def logo(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def test_works_and_the_log_names_what_was_changed(save, website):
    assert save(**PURPLE, corners=0, font='Times New Roman, "Segoe UI", serif', logo_file=logo(png())) == []
    website.refresh_from_db()
    assert (website.brand, website.corners, website.logo) == ("#7a1f5c", 0, png())
    detail = Activity.objects.first().detail
    assert "brand, dark_brand, on_brand" in detail and "logo_file" in detail and ORIGIN in detail


def test_colours_that_cannot_be_read_are_refused_in_the_operators_words(save):
    (message, *_others) = save(**PURPLE | {"on_brand": "#aa8899"})
    assert message == (
        "On light pages, “words on buttons” and “buttons and links” are too close to each other: their contrast is "
        "3.07 : 1 and has to be 4.5 : 1. Make one of the two lighter or darker."
    )
    assert not Website.objects.filter(brand="#7a1f5c").exists()


def test_what_derives_from_a_colour_and_dark_pages_are_compared_too(save):
    messages = save(dark_page="#667788")
    assert messages and all(message.startswith("On dark pages") for message in messages)
    assert any("quiet words (made of" in message for message in messages)


def test_a_theme_that_cannot_be_read_itself_does_not_refuse_a_website(save, settings, tmp_path):
    settings.PORTAL_BRAND_DIR = str(tmp_path)
    (tmp_path / "theme.css").write_text(":root { --header: #888888; --on-header: #999999; }")
    assert save(**PURPLE) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *product(("brand", "dark_page"), ("red", "#ffff", "#12345g", "#123456;}")),
        *product(
            ("font",), ("“Georgia”", "a;}b", "url(x)", '"Georgia', "Georgia, ,serif", "x/**/", "<b>", "a\nb")
        ),
        *product(("corners",), ("33", "-1")),
    ],
)
def test_what_is_no_colour_font_or_size_is_refused(save, field, value):
    assert len(save(**{field: value})) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SVG, "Choose a PNG file."),
        (b"\xff\xd8\xff\xe0" + bytes(40), "Choose a PNG file."),
        (png()[:20], "Choose a PNG file."),
        (png(1025, 28), "Choose a picture of at most 1024 pixels in width and in height."),
        (png(0, 28), "Choose a picture of at most 1024 pixels in width and in height."),
        (png(more=bytes(64 * 1024)), "Choose a file of at most 64 kB."),
    ],
    ids=["svg", "jpeg", "cut", "wide", "empty", "large"],
)
def test_only_a_small_png_becomes_a_logo(save, website, content, said):
    assert save(logo_file=logo(content)) == [said]
    website.refresh_from_db()
    assert website.logo is None and not website.logo_url


def test_a_logo_stays_until_it_is_taken_away(save, website):
    save(logo_file=logo(png()))
    save(shown_name="Northwind")
    website.refresh_from_db()
    assert website.logo == png() and website.shown_name == "Northwind"
    assert save(without_logo="on") == []
    website.refresh_from_db()
    assert website.logo is None and not website.logo_url


def test_the_page_of_all_components_shows_the_look_of_a_website(save, website, olga):
    save(**PURPLE)
    website.refresh_from_db()
    change = olga.get(f"/admin/embed/website/{website.pk}/change/").content.decode()
    preview = f"/admin/operations/components/?website={website.pk}"
    assert f'href="{preview}"' in change
    answer = olga.get(preview)
    html = answer.content.decode()
    assert website.sheet_url in html and "as The Company shows them" in html
    (light, _dark) = answer.context["samples"]
    (button,) = [pair for pair in light.pairs if (pair.words, pair.ground) == ("--on-brand", "--brand")]
    assert round(button.contrast, 1) == 9.6
    for missing in ("0", "x", "9" * 30):
        assert olga.get(f"/admin/operations/components/?website={missing}").status_code == 404


def test_an_operator_who_may_not_see_the_components_is_not_led_there(website):
    oscar = make_operator("Oscar")
    oscar.user_permissions.set(Permission.objects.filter(codename="view_website"))
    html = sign_in(oscar).get(f"/admin/embed/website/{website.pk}/change/").content.decode()
    assert ORIGIN in html and "/operations/components/" not in html
