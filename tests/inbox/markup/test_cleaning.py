import pytest

from inbox.markup.cleaning import cleaned


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p class=x id=y style=color:red onclick=z>a</p>", "<p>a</p>"),
        ("<script>a</script><style>b</style>c", "c"),
        ("<form><input><button>a</button></form><img src=x>", "a"),
        ("<p dir=rtl lang=ar>a</p>", '<p dir="rtl" lang="ar">a</p>'),
    ],
)
def test_only_harmless_elements_and_attributes_are_left(markup, expected):
    assert cleaned(markup) == expected


@pytest.mark.parametrize(
    "address", ["/accounts/logout/", "//evil.example", "x", "javascript:x", "data:,x", "ftp://x.example"]
)
def test_other_links_lead_nowhere(address):
    assert "href" not in cleaned(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    "address", ["https://x.example", "http://x.example", "mailto:a@x.example", "tel:+44123"]
)
def test_web_mail_and_telephone_can_be_reached(address):
    assert f'href="{address}"' in cleaned(f'<a href="{address}">x</a>')


def test_links_open_in_a_window_that_cannot_reach_back():
    link = cleaned('<a href="https://x.example" target="_self" rel="opener">x</a>')
    assert 'target="_blank"' in link and 'rel="noopener noreferrer nofollow"' in link
