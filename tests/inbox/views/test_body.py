import pytest

from tests.inbox.helpers import only_reference

ALICE = "alice@example.com"


def body_of(browser, sandbox, html):
    sandbox.add(ALICE, securebox="Claims01", text="", html=html)
    return browser.get(f"/inbox/claims/{only_reference(browser)}/body/")


def test_keeps_formatting(alice_client, sandbox):
    letter = "<h2>Offer</h2><table><tr><td colspan=2>A</td></tr></table><p>See <a href='https://a.example/'>us</a></p>"
    html = body_of(alice_client, sandbox, letter).content.decode()
    assert "<h2>Offer</h2>" in html and '<td colspan="2">A</td>' in html
    assert '<a href="https://a.example/" target="_blank" rel="noopener noreferrer nofollow">us</a>' in html


def test_has_its_own_policy_and_may_be_framed_by_the_portal_only(alice_client, sandbox):
    response = body_of(alice_client, sandbox, "<p>Hello</p>")
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox ") and "allow-scripts" not in policy
    assert (
        "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "script-src" not in policy
    )
    assert "style-src http://testserver/static/;" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN" and response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store, private"


def test_marks_nothing_as_read(alice_client, sandbox):
    body_of(alice_client, sandbox, "<p>Hello</p>")
    assert sandbox.calls("get")[0]["query"] == {}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>top.stolen=1</script>",
        "<img src=x onerror=alert(1)>",
        "<img src='https://spy.example/pixel.gif'>",
        "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='//evil.example/'>x</a>",
        "<a href='/accounts/logout/'>x</a>",
        "<form action='https://evil.example'><input name=password></form>",
        "<iframe src='https://evil.example'></iframe>",
        "<p style='position:fixed;background:url(https://spy.example/)'>x</p>",
        "<style>@import 'https://spy.example/a.css';</style>",
        "<link rel=stylesheet href='https://spy.example/a.css'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<base href='https://evil.example/'>",
        "<p id=main class=button name=x>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<table background='https://spy.example/'><tr><td>x</td></tr></table>",
    ],
)
def test_removes_scripts_forms_remote_content_and_styles(alice_client, sandbox, hostile):
    html = body_of(alice_client, sandbox, f"<p>Before</p>{hostile}<p>After</p>").content.decode()
    letter = html.split('<div class="letter"')[1].partition(">")[2]
    for forbidden in (
        "<script",
        "onerror",
        "onload",
        "<img",
        "<svg",
        "<math",
        "javascript:",
        "spy.example",
        "evil.example",
    ):
        assert forbidden not in letter
    for forbidden in (
        "<form",
        "<input",
        "<iframe",
        "style=",
        "<style",
        "<link",
        "<meta",
        "<base",
        "class=",
        " id=",
        "logout",
    ):
        assert forbidden not in letter
    assert "Before" in letter


def test_a_body_that_is_too_deep_is_shown_as_text(alice_client, sandbox):
    html = body_of(alice_client, sandbox, "<blockquote>" * 5_000 + "Deep").content.decode()
    assert '<div class="letter plain"' in html and "<blockquote>" not in html and "&gt; Deep" in html


def test_of_a_body_that_is_too_large_the_beginning_is_shown(alice_client, sandbox):
    html = body_of(alice_client, sandbox, "<p>Long</p>" * 30_000).content.decode()
    assert 5_000 < html.count("<p>Long</p>") < 30_000


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 picture isn’t shown."), (3, "3 pictures aren’t shown.")]
)
@pytest.mark.parametrize("place", ["", "?view=text", "body/"])
def test_says_how_many_pictures_are_not_shown(alice_client, sandbox, number, words, place):
    sandbox.add(ALICE, securebox="Claims01", text="", html="<h1>Offer</h1>" + "<img src=cid:a>" * number)
    html = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/{place}").content.decode()
    assert words in html and "has no text" not in html


@pytest.mark.parametrize("place", ["", "?view=formatted", "body/"])
def test_a_letter_of_pictures_alone_is_no_blank_page(alice_client, sandbox, place):
    sandbox.add(ALICE, securebox="Claims01", text="", html="<p><img src=cid:a></p>")
    html = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/{place}").content.decode()
    assert "This message has no text." in html and "1 picture isn’t shown." in html


@pytest.mark.parametrize("place", ["", "?view=text", "body/"])
def test_says_that_the_end_is_left_out(alice_client, sandbox, place):
    sandbox.add(ALICE, securebox="Claims01", text="", html="<h1>Report</h1>" + "<p>Long</p>" * 30_000)
    html = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/{place}").content.decode()
    assert "Its end isn’t shown." in html


@pytest.mark.parametrize(
    ("html", "words"), [("Words without tags", "Words without tags"), ("<p>&nbsp;</p>", "The text part")]
)
@pytest.mark.parametrize("place", ["?view=formatted", "body/"])
def test_html_that_cannot_be_formatted_is_shown_and_printed_as_text(
    alice_client, sandbox, html, words, place
):
    sandbox.add(ALICE, securebox="Claims01", text="The text part", html=html)
    page = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/{place}").content.decode()
    assert words in page and "has no text" not in page


def test_a_quote_at_the_end_is_folded_and_as_safe_as_the_letter(alice_client, sandbox):
    quote = '<blockquote type="cite"><p onclick=x>Dear <b>Alice</b>,<script>top.x=1</script><p>we have news.<p>Priya'
    html = body_of(alice_client, sandbox, f"<table><td><p>Thank you.{quote}</td></table>").content.decode()
    own, quoted = html.split('<details class="quoted">')
    assert "<p>Thank you." in own and "news" not in own
    assert "Show the quoted text" in quoted
    assert '<blockquote dir="auto"><p>Dear <b>Alice</b>,</p><p>we have news.</p><p>Priya' in quoted
    assert "onclick" not in html and "<script>" not in html
