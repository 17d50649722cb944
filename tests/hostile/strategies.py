"""What a hostile client may send: names, forms, headers. And what a broken API may answer."""

import json
from collections.abc import Mapping

from hypothesis import strategies as st

NASTY = [
    "",
    "\x00",
    "%00",
    "../",
    "..%2f..%2f",
    "?read=true",
    "#",
    "&",
    ";",
    "=",
    "\r\nX-Evil: 1",
    "\n",
    "'",
    '"',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s",
    "\u0663",
    "\uff11",
    "\u0130",
    "\ufb00",
    "\u202e",
    "\ufeff",
    "\U0001f600",
    "-1",
    "0",
    "007",
    "1e9",
    "9" * 30,
    "9" * 5000,
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "[" * 3000,
    '{"id": "\\ud800", "rawId": "eA", "response": {}}',
    "http://[",
    "//evil.example",
    "https://evil.example/",
    "https://localhost@evil.example/",
    "javascript:alert(1)",
    "/\\evil.example",
    "\\\\evil.example",
    "/inbox/claims/",
    "/embed/in/x/",
    "alice@example.com",
    "ALICE@example.com",
    "a@b",
    "\u212ale@example.com",
    "x" * 70_000,
    "all",
    "unread",
    "formatted",
    "delete",
    "read",
    "save",
    "on",
    "1",
    "2",
    "1000",
    "1001",
]
# A genuine name or token, by its word in `Portal.genuine`, with something around it.
GENUINE = st.tuples(
    st.sampled_from(["", "", "", " ", "x", "\x00", "../"]),
    st.sampled_from(["received", "sent", "nonce", "form"]),
    st.sampled_from(["", "", "", " ", "=", "A", "\n", "\x00", "/", "%2f", "?x=1"]),
)
TEXT = st.sampled_from(NASTY) | st.text(st.characters(), max_size=40)
VALUE = st.binary(max_size=30) | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")) | GENUINE
Value = bytes | tuple[str, str, str]


def written(value: Value, genuine: Mapping[str, str]) -> bytes:
    if isinstance(value, bytes):
        return value
    before, word, after = value
    return f"{before}{genuine[word]}{after}".encode()


# --- Headers ----------------------------------------------------------------------------------------------

HEADER_NAMES = [
    "Host",
    "Origin",
    "Referer",
    "Cookie",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "Forwarded",
    "Accept-Language",
    "Accept-Encoding",
    "Accept",
    "User-Agent",
    "Content-Type",
    "X-CSRFToken",
    "X-Requested-With",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Site",
    "Sec-Purpose",
    "Purpose",
    "Range",
    "If-Modified-Since",
    "If-None-Match",
    "If-Match",
    "If-Range",
    "If-Unmodified-Since",
]
NASTY_HEADERS = [
    "localhost",
    "localhost:99999",
    "localhost:x",
    "evil.example",
    "[::1]:80",
    "[",
    "a" * 5000,
    "http://localhost",
    "http://[",
    "null",
    "http://localhost:8002/",
    "sessionid=",
    'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000"; csrftoken="\\377"',
    "csrftoken=x; known=a:b:c; messages=[]; =; ;;;",
    "127.0.0.1, ::1, x",
    "fe80::1%eth0",
    "999.1.1.1",
    "de-" + "x" * 600,
    "en;q=NaN, *;q=-1",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=unicode_escape",
    "application/x-www-form-urlencoded; charset=hex",
    "application/json; charset*=x''%ff",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "text/plain",
    "iframe",
    "document",
    "prefetch",
    "bytes=0-",
    "bytes=-0",
    "bytes=9-1,2-3",
    "bytes=" + "9" * 5000 + "-",
    "Thu, 99 Foo 99999 99:99:99 GMT",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "*",
    'W/"x", "',
    "gzip;q=x",
]
# A web server refuses line breaks and NUL in headers, and hands on each byte as a character.
_HEADER_TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=40)
# It also refuses a Content-Length that is no number, or does not fit to the body.
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES), st.sampled_from(NASTY_HEADERS) | _HEADER_TEXT, min_size=1, max_size=5
)

# --- JSON -------------------------------------------------------------------------------------------------

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, -1, 2**53, 2**63, 2**64, 10**400, -(10**400), 1_700_000_000_000])
    | st.floats()
    | st.text(st.characters(), max_size=20)  # With lone surrogates.
    | st.sampled_from(NASTY[:40])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def as_json(value: object) -> bytes:
    """With NaN and lone surrogates, if there are any."""
    return json.dumps(value).encode()
