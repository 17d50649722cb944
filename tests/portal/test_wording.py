"""Pages, emails and scripts speak in one voice: CONTRIBUTING.md, "How pages speak"."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.conf import settings

BASE = settings.BASE_DIR
# The sandbox and its desk are for agents and developers, and the demo's website is another company's.
OTHER_VOICES = ("portal/sandbox", "portal/demo", "templates/sandbox")
# What only operators see. They know secureboxes, agents and the words of the API.
FOR_OPERATORS = (
    "inbox/admin.py",
    "inbox/extra_fields.py",
    "inbox/models",
    "portal/accounts/admin",
    "portal/accounts/federation/handoff/key_validation.py",
    "portal/accounts/models/company.py",
    "portal/accounts/models/consumer.py",
    "portal/accounts/signup",
    "portal/embed/admin.py",
    "portal/embed/models.py",
    "portal/models.py",
    "portal/operations",
    "templates/operations",
    "templates/overrides/admin",
)
GETTEXT = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "pgettext": 2,
    "pgettext_lazy": 2,
    "npgettext": 3,
    "npgettext_lazy": 3,
}
_TRANSLATE = re.compile(r"""{% translate (["'])(.*?)\1|_\((["'])(.*?)\3\)""")
_BLOCK = re.compile(r"{% blocktranslate\b.*?%}(.*?){% endblocktranslate %}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Word(NamedTuple):
    """What no text says, and what it says instead."""

    pattern: str
    better: str


FOR_ALL = (
    Word(r"\banew\b", "“again”, or another verb: “Reload the page”"),
    Word(r"\be-mail", "“email”"),
    Word(
        r"\b(?<!junk )mails?\b(?! servers?\b)|\bmailed\b",
        "“email”, “emailed”; or “message” for what is in an inbox",
    ),
    Word(r"\bmail system\b", "“our messaging system”"),
    Word(r"\bmailbox", "“department” for whom one writes to, “inbox” for the list"),
    Word(r"\bsecond steps?\b", "“two-step verification”"),
    Word(r"\bunder way\b", "“Drafts and outbox”, “waiting to be sent”"),
    Word(r"\bgo(es)? on\b", "“continue”"),
    Word(r"\bany ?more\b|\bany longer\b", "“no longer”"),
    Word(r"'|\"", "’ and “ ”"),
    Word(r"\.\.\.", "…"),
)
FOR_CUSTOMERS = (
    Word(r"\bagents?\b", "“our team”"),
    Word(r"\b(the|your) company\b|\bcompany’s\b", "“we”, “our”"),
    Word(r"\b(the|this) portal\b", "“we”, or our name"),
    Word(r"\bsecurebox|\buserdata\b|\bupstream\b|\bAPI\b|\bconsumers?\b", "words of the customer’s world"),
    Word(
        r"\b(any|every|no|some)body\b|\bwhoever\b|\bno one\b", "“anyone”, “someone”, or who it is: “our team”"
    ),
    Word(
        r"\b(can|could|do|does|did|is|are|was|were|has|have|had|will|would) ?not\b",
        "a contraction: “can’t”, “wasn’t”",
    ),
    Word(r"\b(you|we) will\b|\bwe are\b", "a contraction: “you’ll”, “we’re”"),
    Word(r"\bmeantime\b|\bthus\b|\bwhether or not\b|\bin order to\b|\bprior to\b", "a plain word, or none"),
)


def of_template(template: str) -> Iterator[str]:
    """The texts that a template marks for translation, both forms of those with a plural."""
    for match in _TRANSLATE.finditer(template):
        yield match[2] or match[4]
    for block in _BLOCK.findall(template):
        for form in block.split("{% plural %}"):
            yield " ".join(_TAG.sub("", form).split())


def of_python(source: str) -> Iterator[str]:
    """The texts that a module gives to gettext, both forms of those with a plural."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for text in node.args[: GETTEXT.get(node.func.id, 0)]:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value


def sources() -> Iterator[tuple[str, Iterator[str]]]:
    """Every file with words in it that people see, and these words."""
    for folder in ("templates", "inbox", "portal"):
        for path in sorted((BASE / folder).rglob("*.*")):
            name = path.relative_to(BASE).as_posix()
            if name.startswith(OTHER_VOICES):
                continue
            if path.suffix == ".py":
                yield name, of_python(path.read_text())
            elif path.suffix in (".html", ".txt"):
                yield name, of_template(path.read_text())
    yield "deploy/nginx/unavailable.html", iter([_TAG.sub(" ", _read("deploy/nginx/unavailable.html"))])


def _read(name: str) -> str:
    return (BASE / name).read_text()


def problems(text: str, words: tuple[Word, ...]) -> list[str]:
    return [
        f"{found[0]!r} in “{text}”: better {word.better}"
        for word in words
        if (found := re.search(word.pattern, text, re.IGNORECASE))
    ]


def test_every_text_is_in_the_portals_words():
    found = {}
    number = 0
    for name, texts in sources():
        words = FOR_ALL if name.startswith(FOR_OPERATORS) else FOR_ALL + FOR_CUSTOMERS
        for text in texts:
            number += 1
            if of_this := problems(text, words):
                found.setdefault(name, []).extend(of_this)
    assert found == {}
    assert number > 1000, "The search finds the texts."


def test_what_is_said_of_other_readers_is_still_there():
    assert [name for name in (*OTHER_VOICES, *FOR_OPERATORS) if not (BASE / name).exists()] == []


def glued(source: str) -> list[str]:
    """Where a module puts a sentence together from parts, which have another order in other languages."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if any(map(_is_text, _parts(node)))]


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.FormattedValue(value=part):
            yield part
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            yield from (left, right)
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="_")) as part, attr="join")):
            yield part


def _is_text(node: ast.AST) -> bool:
    is_completed = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
    call = node.left if is_completed else node
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GETTEXT


def test_no_sentence_is_put_together_from_parts():
    modules = [path for folder in ("inbox", "portal") for path in sorted((BASE / folder).rglob("*.py"))]
    found = {path.relative_to(BASE).as_posix(): glued(path.read_text()) for path in modules}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "source",
    [
        "f\"{_('One')} {_('two')}.\"",
        "_('One') + name",
        "words + ngettext('%d day', '%d days', n) % n",
        "_(' and ').join(names)",
    ],
)
def test_the_search_finds_parts(source):
    assert glued(source)


def test_scripts_of_pages_have_no_words_of_their_own():
    """The page brings them, in its language: an English sentence in a script is for developers, in an error."""
    sentence = re.compile(r"""(?<!Error\()["'`][A-Z][a-z’]+ [a-z]""")
    scripts = {path.name: path.read_text() for path in (BASE / "static/js").rglob("*.js")}
    code = {
        name: re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.S | re.M) for name, text in scripts.items()
    }
    assert [name for name, text in code.items() if sentence.search(text)] == []
    assert sentence.search('status.textContent = "Not saved";')


def test_dates_and_numbers_follow_the_language_of_the_page():
    """Formats that are written out, and those of the browser's own language, do not."""
    written_out = re.compile(r"""\|(?:date|time):|{% now (?!"[A-Z_]+")|\.toLocale|\bIntl\.NumberFormat""")
    own = BASE / "static/js/common/wording.js"
    files = [*(BASE / "templates").rglob("*.*"), *(BASE / "static/js").rglob("*.js")]
    others = {path.relative_to(BASE).as_posix(): path.read_text() for path in files if path != own}
    ours = {name: text for name, text in others.items() if not name.startswith(OTHER_VOICES)}
    assert [name for name, text in ours.items() if written_out.search(text)] == []
    assert written_out.search(own.read_text()) and len(ours) > 100


@pytest.mark.parametrize(
    "text",
    [
        "Drafts and messages under way",
        "Load the page anew",
        "Your e-mail address",
        "We will send you a mail",
        "We can't do that",
        'Choose "Send"',
        "Wait...",
        "The company decides",
        "An agent took it up",
        "Your message could not be sent",
        "We cannot tell",
        "We will tell you",
        "Nobody can bring it back",
        "This mailbox is not open to you any more",
    ],
)
def test_the_search_finds_old_words(text):
    assert problems(text, FOR_ALL + FOR_CUSTOMERS)


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ('<p title="{% translate "One" %}">{% translate \'Two\' as two %}</p>', ["One", "Two"]),
        (
            "{% blocktranslate count n=n trimmed %}\n One <b>bold</b>\n word{% plural %}More{% endblocktranslate %}",
            ["One bold word", "More"],
        ),
        ('{% firstof subject _("(no subject)") %}', ["(no subject)"]),
    ],
)
def test_the_search_reads_templates(template, texts):
    assert list(of_template(template)) == texts


def test_the_search_reads_modules():
    source = '_("One") + ngettext("Two", "Three", n) + pgettext("a context", "Four") + other("No")'
    assert sorted(of_python(source)) == ["Four", "One", "Three", "Two", "a context"]
