"""Letters that cost a parser much more than their length: small pieces of broken markup, repeated to a size."""

import random
from collections.abc import Iterator

CAP = 4 * 1024 * 1024  # The API's response is read to this size.

FORMATTING = ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
BLOCKS = ("address", "blockquote", "div", "dl", "h1", "li", "ol", "p", "pre", "section", "ul", "dd", "dt")
TABLES = ("table", "tr", "td", "tbody", "caption", "th", "colgroup", "col")
FOREIGN = (
    "svg",
    "math",
    "template",
    "select",
    "option",
    "button",
    "form",
    "object",
    "iframe",
    "marquee",
    "frameset",
)
ENTITIES = (
    "&amp",
    "&lt;",
    "&#x3c;",
    "&#" + "1" * 5_000 + ";",
    "&nbsp",
    "&notit;",
    "&CounterClockwiseContourIntegral;",
)
COMMENTS = ("<!--", "-->", "<!-->", "<!--->", "--!>", "<!-", "<![CDATA[", "]]>", "<?", "<!x>", "</ ", "<")

# Found by a review: megabytes of markup, minutes of time.
KNOWN = {
    "formatting with ids, paragraphs": "<div>"
    + "".join(f"<b id={number}>" for number in range(250))
    + "</div>"
    + "<p>x" * 16_000,
    "the same, 62,000 paragraphs": "<div>"
    + "".join(f"<b id={number}>" for number in range(250))
    + "</div>"
    + "<p>x" * 62_000,
    "end tags inside attributes": "<li><ul a=</ul>" * 17_476,
    "end tags inside attributes, with formatting": "".join(f"<b id={n} a=</b><p>" for n in range(4_000)),
    "100,000 nested": "<div>" * 100_000,
    "a long attribute, opened again": f'<b title="{"x" * 100_000}"><div></b>' + "<p>x</div><div>" * 8_000,
    "one number of a million digits": "&#" + "1" * 1_000_000 + ";",
    "quotes that do not end": '<a b="' * 40_000,
    "words in a table": "<table>" + "x<i></i>" * 60_000,
    "spaces in a tag": "<p" + " " * 1_000_000 + "<p =" * 60_000,
}


def shapes(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Names and letters: those of KNOWN, and then generated ones."""
    yield from list(KNOWN.items())[:count]
    chance = random.Random(seed)  # noqa: S311  Nothing secret.
    for number in range(count - len(KNOWN)):
        yield f"generated {number}", generated(chance)


def generated(chance: random.Random) -> str:
    size = chance.choice([20_000, 60_000, 250_000, 250_000, 250_000, CAP])
    opening, unit, closing = (pieces(chance, most) for most in (300, 8, 8))
    between = pieces(chance, 2)
    letter = opening + (unit + between) * (size // (len(unit + between) + 1)) + closing
    return letter[:size]


def pieces(chance: random.Random, most: int) -> str:
    kinds = chance.sample(["format", "block", "table", "foreign", "entity", "comment", "attribute", "end"], 3)
    return "".join(piece(chance, chance.choice(kinds)) for _ in range(chance.randint(1, most)))


def piece(chance: random.Random, kind: str) -> str:
    name = chance.choice(FORMATTING + BLOCKS + TABLES)
    match kind:
        case "format":
            return f"<{chance.choice(FORMATTING)} id={chance.random()}>{chance.choice(['', 'x'])}"
        case "block":
            return f"<{chance.choice(BLOCKS)}>{chance.choice(['', 'x'])}"
        case "table":
            return f"<{chance.choice(TABLES)}>{chance.choice(['', 'x'])}"
        case "foreign":
            return f"<{chance.choice(FOREIGN)}>"
        case "entity":
            return chance.choice(ENTITIES)
        case "comment":
            return chance.choice(COMMENTS)
        case "attribute":
            quote = chance.choice(['"', "'", ""])
            value = chance.choice(["x" * 3_000, f"</{name}>", "<b>", "=", "&quot;", " "])
            return f"<{name} {chance.choice(['title', 'href', 'a', 'dir'])}={quote}{value}{quote}>"
        case _:
            return f"</{name}>"
