"""What the Nu checker would say of the main pages, as far as a few lines can tell: `make judges` runs all of it."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, references

ALICE = "alice@example.com"
# They end a paragraph that is still open: its end tag would then begin another, empty one.
NOT_IN_A_PARAGRAPH = set(
    "address article div dl fieldset footer form h1 h2 h3 header hr main nav ol p section table ul".split()
)
REFERRING = ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?")


class Findings(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.referred: set[str] = set()
        self.autofocus = 0
        self.articles: list[bool] = []  # Those that are open, and whether they have a heading.
        self.feed(html)
        self.found += [f"two elements are {name}" for name, times in self.ids.items() if times > 1]
        self.found += [f"nothing is {name}" for name in self.referred - set(self.ids)]
        self.found += [f"{self.autofocus} elements want the focus"] * (self.autofocus > 1)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        self.ids.update([has["id"]] if has.get("id") else [])
        self.referred |= {name for key in REFERRING for name in (has.get(key) or "").split()}
        self.autofocus += "autofocus" in has
        if "p" in self.open and tag in NOT_IN_A_PARAGRAPH:
            self.found.append(f"<{tag}> in a paragraph")
        if tag == "time" and not MOMENT.fullmatch(has.get("datetime") or ""):
            self.found.append(f"datetime={has.get('datetime')!r}")
        if tag == "article":
            self.articles.append(False)
        elif re.fullmatch("h[1-6]", tag):
            self.articles = [True] * len(self.articles)
        if tag == "p":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag == "p":
            self.open.pop()
        elif tag == "article" and not self.articles.pop():
            self.found.append("an article without a heading")


@pytest.fixture
def letter(alice_client, sandbox) -> str:
    """The address of a conversation of which one message is open and one is folded."""
    parent = sandbox.add(ALICE, "Your claim", securebox="Claims01", status="read", html="<p>Well</p>")
    sandbox.add(ALICE, "Re: Your claim", securebox="Claims01", parent_id=parent)
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    return f"/inbox/claims/{references(alice_client)[1]}/"


def test_the_markup_of_the_main_pages_is_sound(letter, alice_client):
    compose = "/inbox/claims/compose/"
    pages = {name: alice_client.get(name) for name in ("/", "/inbox/claims/", letter, compose, "/outgoing/")}
    pages |= {name: alice_client.get(name) for name in ("/search/", "/accounts/", "/accounts/preferences/")}
    pages["empty"] = alice_client.get("/inbox/billing/")
    pages["answer"] = alice_client.get(f"{compose}?reply={letter.split('/')[3]}")
    pages["error"] = alice_client.post(compose, {**LETTER, "subject": "", "text": ""})
    pages["components"] = sign_in(make_superuser("Olga")).get("/admin/operations/components/")
    found = {name: Findings(page.content.decode()).found for name, page in pages.items()}
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize(
    ("html", "finding"),
    [
        ("<i id=a></i><i id=a></i>", "two elements are a"),
        ("<label for=b></label>", "nothing is b"),
        ("<p><div></div></p>", "<div> in a paragraph"),
        ("<i autofocus></i><i autofocus></i>", "2 elements want the focus"),
        ("<time datetime=2026-11-29T06:00:00.123Z></time>", "datetime='2026-11-29T06:00:00.123Z'"),
        ("<article><p></p></article>", "an article without a heading"),
    ],
)
def test_unsound_markup_is_found(html, finding):
    assert Findings(html).found == [finding]
