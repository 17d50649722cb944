"""Whether a text is HTML. It is only looked at here; what reads HTML is `inbox.markup`."""

import re

HTML_TAG = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|br|table|span|ul|ol|h[1-6]|a|b|i|strong|em)\b", re.IGNORECASE
)
BODY_START = 2_000
TEXT_START = 20_000

ENTITY = re.compile(r"&#?\w{1,31};")

# A document, perhaps after a byte order mark, a declaration of XML or comments.
DOCUMENT = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
OPENS_WITH_TAG = re.compile(
    r"[\s\ufeff]*<(?:p|div|table|span|br|font|center|blockquote|pre|style|meta|ul|ol|h[1-6]|a|b|i|u|strong|em)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
# A tag that ends a line, set close to a word. In a sentence about tags, there is a space or a quote between them.
BREAK = re.compile(
    r"[\w.,;:!?)](?:</(?:b|i|u|a|span|font|strong|em)\s*>){0,5}"
    r"(?:<br\s*/?>|</(?:p|div|li|tr|td|table|ul|ol|h[1-6]|blockquote)\s*>)",
    re.IGNORECASE,
)


def is_html(body: str, mime: str) -> bool:
    """Whether a body is HTML, as its MIME type says or, without one, as its first 2,000 characters look."""
    if "html" in mime.lower():
        return True
    return not mime and bool(HTML_TAG.search(body, 0, BODY_START))


def is_html_in_disguise(text: str) -> bool:
    """Whether what the API calls plain text is HTML, by its first 20,000 characters.

    In doubt it is text: then tags are shown, and nothing is lost. It is HTML if it begins like a document; or if it
    begins with a tag and has one that ends a line; or if it has two of those.
    """
    if "<" not in text:
        return False
    start = text[:TEXT_START]
    if DOCUMENT.match(start):
        return True
    breaks = len(BREAK.findall(start))
    return breaks >= 2 or (breaks == 1 and bool(OPENS_WITH_TAG.match(start)))


def is_text_in_disguise(html: str) -> bool:
    """Whether what the API calls HTML has neither tags nor entities, but lines, which HTML would join."""
    return "\n" in html and "<" not in html and not ENTITY.search(html)
