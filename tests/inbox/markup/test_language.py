import pytest

from inbox.markup.language import language


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<html lang="de"><body>Guten Tag', "de"),
        ("<!doctype html><html><head></head><body LANG='zh-Hant-TW'>", "zh-Hant-TW"),
        ('<html lang="x"><body lang=pt-BR>', "pt-BR"),
        ("<p lang=de>Guten Tag", ""),
        ('<html lang="de onload=alert(1)">', ""),
        ('<html lang="">', ""),
        ("Guten Tag", ""),
        (None, ""),
    ],
)
def test_the_language_is_what_the_letter_declares(markup, expected):
    assert language(markup) == expected
