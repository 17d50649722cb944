"""Whatever the API answers, each page says so or shows it: a 502 or 503 at worst, and no exception in the log."""

import pytest
from hypothesis import strategies as st

from tests.hostile.strategies import ANYTHING, NASTY, as_json
from tests.hostile.test_requests import FORM, examples, try_out
from tests.support.wire import reply

pytestmark = pytest.mark.slow

# Requests that need an answer of the API. What is posted is a form that would succeed.
REQUESTS = [
    ("GET", "/", ""),
    ("GET", "/unread.json", ""),
    ("GET", "/inbox/claims/", ""),
    ("GET", "/inbox/claims/{received}/", ""),
    ("GET", "/inbox/claims/{sent}/", ""),
    ("GET", "/inbox/claims/{received}/body/", ""),
    ("GET", "/inbox/claims/{received}/details/", ""),
    ("POST", "/inbox/claims/{received}/delete/", ""),
    ("POST", "/inbox/claims/{received}/purge/", ""),
    ("POST", "/inbox/claims/{sent}/withdraw/", ""),
    ("POST", "/inbox/claims/selected/", "action=delete&confirmed=on&reference={received}"),
    ("POST", "/inbox/claims/compose/", "subject=Hello&text=Words"),
]
KEYS = [
    *(
        "id",
        "secureMailId",
        "subject",
        "from",
        "to",
        "date",
        "sentDate",
        "timestamp",
        "status",
        "state",
        "read",
    ),
    *(
        "direction",
        "type",
        "typeId",
        "text",
        "structuredText",
        "html",
        "body",
        "mime",
        "threadId",
        "parentId",
    ),
    *("securebox", "operationId", "address", "CaseNumber", "count"),
    *("attributes", "attachments", "isRead", "Sent_Date", "timeZone", "value", "items", "contentId"),
]
PLAUSIBLE = st.sampled_from(
    [
        "m-received",
        "outbound",
        "inbound",
        "unread",
        "alice@example.com",
        "Claims01",
        "2026-01-01T00:00:00Z",
        1,
        1e12,
    ]
)
ENTRY = st.dictionaries(st.sampled_from(KEYS), PLAUSIBLE | ANYTHING, max_size=10)
STATUS = st.fixed_dictionaries(
    {"code": st.sampled_from(["SUCCESS"] * 6 + ["FAILURE", "INVALID_CLIENT_TOKEN", "", None])}
)
ENVELOPE = st.fixed_dictionaries(
    {
        "status": STATUS | ANYTHING,
        "operationId": ANYTHING,
        "data": st.lists(ENTRY | ANYTHING, max_size=4) | ENTRY | ANYTHING,
        "secureMail": ENTRY | ANYTHING,
        "secureMailId": PLAUSIBLE | ANYTHING,
        "selfUri": ANYTHING,
    }
)
SUCCESS = b'{"status":{"code":"SUCCESS"},'
# Well formed for some parsers of JSON, and for others not.
ODD = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    SUCCESS + b'"data":{"count":' + b"9" * 5000 + b"}}",
    SUCCESS + b'"data":{"count":1e400}}',
    SUCCESS + b'"data":{"count":NaN}}',
    SUCCESS + b'"data":{"count":-1}}',
    SUCCESS + b'"data":[' + b"[" * 900 + b"]" * 900 + b"]}",
    SUCCESS + b'"data":[{"id":"m-received","subject":' + b"[" * 900 + b"]" * 900 + b"}]}",
    SUCCESS + b'"data":[{"id":"m-received","subject":"\\ud800\\u0000","text":"\\udfff"}]}',
    SUCCESS + b'"data":[{"id":"m-received","id":"m-sent"}]}',
    SUCCESS + b'"status":{"code":"FAILURE"},"data":[]}',
    SUCCESS + b'"data":[{"id":"../m-sent"},{"id":"m-sent?read=true"},{"id":"m-sent\\n"}]}',
    SUCCESS + b'"secureMail":{"id":"m-other","text":"\xff"}}',
    b"\xef\xbb\xbf" + SUCCESS + b'"data":[]}',
    "{}".encode("utf-16"),
    b"\x00" * 1000,
    b"<html>Sign in</html>",
    SUCCESS + b'"data":[' + b"{}," * 60_000 + b"{}]}",
]
BODIES = ENVELOPE.map(as_json) | st.sampled_from(ODD)
HTTP_STATUSES = st.sampled_from(
    [200] * 8 + [201, 202, 204, 206, 301, 304, 400, 401, 403, 404, 409, 410, 418, 429, 500, 503]
)


@examples
def test_json_of_the_api(portal, count):
    @try_out(count, st.sampled_from(REQUESTS), BODIES, HTTP_STATUSES)
    def check(request, body, status):
        method, path, form = request
        portal.wire.script(reply(b"" if status in (204, 304) else body, status))
        fields = form.format(**portal.genuine).encode()
        answer = portal.ask(method, path.format(**portal.genuine), body=fields, Content_Type=FORM)
        assert answer.status in (200, 302, 404, 502, 503)


@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_each_odd_text_is_shown(portal, field):
    for text in [*NASTY, "\ud800", "\x00\x1b"]:
        body = as_json({"status": {"code": "SUCCESS"}, "secureMail": {"id": "m-received", field: text}})
        portal.wire.script(reply(body))
        assert portal.ask("GET", "/inbox/claims/{received}/".format(**portal.genuine)).status == 200
