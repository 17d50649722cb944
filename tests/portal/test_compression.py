"""Pages are compressed, at lengths that tell nothing, and no page that another website may have put words into."""

import gzip
import re

import pytest

from tests.conftest import sign_in

GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}
LIST = "/inbox/claims/"
BEGUN_BY_OTHERS = [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
BEGUN_HERE = [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]


def is_compressed(response):
    return response.headers.get("Content-Encoding") == "gzip"


def text(response):
    return gzip.decompress(response.content).decode()


def padding(response):
    """How many bytes stand in the head of the gzip data for nothing: in the place of a file's name (RFC 1952)."""
    data = response.content
    assert data[:3] == b"\x1f\x8b\x08" and data[3] & 8
    return data.index(b"\0", 10) - 10


@pytest.mark.parametrize("address", ["/", LIST, "/accounts/login/", "/accounts/"])
def test_a_page_is_compressed_for_browsers_that_accept_it(alice_client, client, address):
    browser = client if address == "/accounts/login/" else alice_client
    response = browser.get(address, headers=GZIP)
    assert is_compressed(response) and "</html>" in text(response)
    assert int(response["Content-Length"]) == len(response.content) < len(text(response)) / 2
    assert "Accept-Encoding" in response["Vary"] and "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("accepted", ["", "br", "identity"])
def test_others_get_it_as_it_is(alice_client, accepted):
    response = alice_client.get(LIST, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response and "</html>" in response.content.decode()
    assert int(response["Content-Length"]) == len(response.content)
    assert "Accept-Encoding" in response["Vary"]


def test_its_length_is_random(alice_client):
    """In bytes that are no part of the page, so that they cannot be told from it."""
    found = {padding(alice_client.get(LIST, headers=GZIP)) for _ in range(20)}
    assert len(found) > 1 and max(found) <= 100


@pytest.mark.parametrize("begun", BEGUN_BY_OTHERS)
def test_what_another_website_may_have_chosen_words_of_is_not_compressed(alice_client, claims, begun):
    headers = {**GZIP, **begun}
    assert not is_compressed(alice_client.get(f"{LIST}?status=read", headers=headers))
    assert not is_compressed(alice_client.get("/words/of/others/", headers=headers))
    assert not is_compressed(alice_client.get("/accounts/login/?next=/words", headers=headers))
    form = {"subject": "Words of others", "text": ""}
    assert not is_compressed(alice_client.post(f"{LIST}compose/", form, headers=headers))


@pytest.mark.parametrize("begun", BEGUN_HERE)
def test_what_the_portals_own_pages_ask_for_is(alice_client, claims, begun):
    headers = {**GZIP, **begun}
    assert is_compressed(alice_client.get(f"{LIST}?status=read", headers=headers))
    assert is_compressed(alice_client.get("/nothing/here/", headers=headers))
    assert is_compressed(alice_client.post(f"{LIST}compose/", {"subject": "", "text": ""}, headers=headers))


@pytest.mark.parametrize("begun", BEGUN_BY_OTHERS)
def test_so_is_a_page_whose_address_says_nothing_wherever_its_link_stands(alice_client, begun):
    assert is_compressed(alice_client.get(LIST, headers={**GZIP, **begun}))


@pytest.mark.parametrize("begun", BEGUN_BY_OTHERS)
def test_so_is_whatever_has_no_cookie_to_be_a_secret_of(client, db, begun):
    assert is_compressed(client.get("/accounts/login/?next=/inbox/", headers={**GZIP, **begun}))


def test_csrf_tokens_are_another_each_time(client, db):
    """Padding alone would not keep what stands in a page a thousand times."""
    client.get("/accounts/login/")
    pages = [text(client.get("/accounts/login/", headers=GZIP)) for _ in range(5)]
    tokens = [re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1] for page in pages]
    assert len(set(tokens)) == 5


def test_nothing_but_pages_is(alice_client, sandbox):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01", text="Word. " * 200)
    (row,) = alice_client.get(LIST).context["rows"]
    message = row.url.partition("?")[0]
    for address in ("/unread.json", f"{message}save/email/", "/manifest.webmanifest"):
        response = alice_client.get(address, headers={**GZIP, **BEGUN_HERE[0]})
        assert response.status_code == 200 and "Content-Encoding" not in response, address
    archive = alice_client.post(f"{LIST}save/", headers={**GZIP, **BEGUN_HERE[0]})
    assert archive.streaming and "Content-Encoding" not in archive
    assert b"".join(archive).startswith(b"PK")


def test_what_is_compressed_already_is_not_compressed_again(client, db):
    script = client.get("/embed/v1.js", headers=GZIP)
    assert script["Content-Encoding"] == "br"


def test_a_letter_in_its_frame_is(alice, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01", html=f"<p>{'Word. ' * 200}</p>")
    browser = sign_in(alice)
    (row,) = browser.get(LIST).context["rows"]
    letter = browser.get(f"{row.url.partition('?')[0]}body/", headers=GZIP)
    assert is_compressed(letter) and "Word." in text(letter)


def test_head_says_what_get_does(alice_client):
    response = alice_client.head(LIST, headers=GZIP)
    assert is_compressed(response) and response.content == b""
