"""Whatever a client sends, the portal answers it: no failure of its own, no exception in the log, no odd call upstream.

The examples are the same in every run. `make test` has a few hundred of them, `make proof` more than ten thousand.
"""

from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.strategies import ANYTHING, HEADERS, VALUE, as_json, written
from tests.hostile.upstream import operation_of

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"
WHO = st.sampled_from(["Alice", "a stranger"])
PREFIXES = st.sampled_from(["", "", "/embed/in/http:localhost:8002"])
COMPOSE = [
    "subject",
    "text",
    "quote",
    "include_quote",
    "extra-x",
    "former-x",
    "label-x",
    "form",
    "version",
    "page",
    "step",
    "action",
    "sure",
]
# The forms of the portal: where each is posted, and the names of its fields.
FORMS = {
    "/inbox/claims/compose/": COMPOSE,
    "/inbox/claims/compose/draft/": COMPOSE,
    "/inbox/claims/selected/": ["reference", "action", "confirmed", "status", "page"],
    "/search/": ["words", "department", "position"],
    "/outgoing/{nonce}/discard/": ["version"],
    "/outgoing/{nonce}/again/": ["attempts"],
    "/accounts/login/": ["login", "password", "next"],
    "/accounts/login/code/": ["email", "next"],
    "/accounts/login/code/confirm/": ["code", "action"],
    "/accounts/signup/": ["email", "password1", "first_name", "last_name"],
    "/accounts/confirm-email/": ["code", "action"],
    "/accounts/password/reset/": ["email"],
    "/accounts/password/reset/confirm/": ["code"],
    "/accounts/password/reset/complete/": ["password1"],
    "/accounts/reauthenticate/": ["password", "next"],
    "/accounts/reauthenticate/sign-in/": ["next"],
    "/accounts/logout/": ["next"],
    "/accounts/name/": ["first_name", "last_name", "next"],
    "/accounts/email/": ["email", "action_add", "action_send", "action_remove", "action_primary"],
    "/accounts/password/change/": ["oldpassword", "password1"],
    "/accounts/password/set/": ["password1"],
    "/accounts/2fa/authenticate/": ["code", "credential"],
    "/accounts/2fa/reauthenticate/": ["code", "next"],
    "/accounts/2fa/totp/activate/": ["code"],
    "/accounts/2fa/webauthn/login/": ["credential"],
    "/accounts/2fa/webauthn/add/": ["name", "credential"],
    "/accounts/2fa/webauthn/reauthenticate/": ["credential", "next"],
    "/accounts/invitation/x/": ["first_name", "last_name", "password1"],
    "/embed/continue/x/": ["next"],
    "/admin/login/": ["username", "password", "next"],
}
# Pages, with the parameters of their queries.
PAGES = {
    "/": [],
    "/unread.json": [],
    "/search/": ["department"],
    "/outgoing/": [],
    "/outgoing/{nonce}/": [],
    "/outgoing/{nonce}/state.json": [],
    "/inbox/claims/": ["page", "status", "view"],
    "/inbox/claims/compose/": ["reply", "draft", "kept"],
    "/inbox/claims/{received}/": ["view", "new"],
    "/inbox/claims/{received}/body/": ["view"],
    "/inbox/claims/{received}/details/": ["view"],
    "/accounts/": ["next"],
    "/accounts/login/": ["next", "ended"],
    "/accounts/login/code/": ["next"],
    "/accounts/signup/": ["next"],
    "/accounts/activity/": ["page", "kind"],
    "/accounts/devices/": ["page"],
    "/accounts/name/": ["next"],
    "/accounts/reauthenticate/": ["next"],
    "/accounts/company/callback/": ["code", "state", "error"],
    "/admin/": ["next"],
    "/embed/connect/": ["next"],
    "/embed/state.json": ["next"],
}
# What the path of a message, or of anything else, is made of.
SEGMENTS = st.lists(
    st.sampled_from(
        [b"inbox", b"claims", b"outgoing", b"accounts", b"embed", b"in", b"compose", b"body", b"delete"]
    )
    | VALUE,
    max_size=5,
)
ENDS = st.sampled_from(["", "body/", "details/", "delete/", "purge/", "withdraw/"])
METHODS = st.sampled_from(["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"])

examples = pytest.mark.parametrize("count", [20, pytest.param(2500, marks=pytest.mark.proof)])


def try_out(count: int, *strategies: st.SearchStrategy):
    """Calls the function with this many examples."""

    def run(check) -> None:
        unhurried = settings(max_examples=count, suppress_health_check=list(HealthCheck))
        unhurried(given(*strategies)(check))()

    return run


def filled(path: str, portal) -> str:
    return path.format(**portal.genuine)


def encoded(fields, portal) -> str:
    return urlencode([(name, written(value, portal.genuine)) for name, value in fields])


def fields_of(names: list[str]) -> st.SearchStrategy:
    """Some of these fields, each of them perhaps more than once."""
    return st.lists(st.tuples(st.sampled_from(names or ["x"]), VALUE), max_size=len(names) + 1)


def pages_with(pages: dict[str, list[str]]) -> st.SearchStrategy:
    return st.sampled_from(sorted(pages)).flatmap(
        lambda page: st.tuples(st.just(page), fields_of(pages[page]))
    )


@pytest.mark.postgresql  # It refuses more texts than SQLite.
@examples
def test_queries(portal, count):
    @try_out(count, WHO, PREFIXES, pages_with(PAGES))
    def check(who, prefix, page):
        path, query = page
        answer = portal.ask("GET", prefix + filled(path, portal), encoded(query, portal), who=who)
        assert answer.status < 500


@pytest.mark.postgresql  # It refuses more texts than SQLite.
@examples
def test_forms(portal, count):
    @try_out(count, WHO, PREFIXES, pages_with(FORMS))
    def check(who, prefix, page):
        path, fields = page
        body = encoded(fields, portal).encode()
        answer = portal.ask("POST", prefix + filled(path, portal), body=body, who=who, Content_Type=FORM)
        assert answer.status < 500


@pytest.mark.postgresql  # It refuses more texts than SQLite.
@examples
def test_paths_and_references(portal, count):
    @try_out(count, WHO, PREFIXES, METHODS, VALUE, ENDS, SEGMENTS)
    def check(who, prefix, method, reference, end, segments):
        name = written(reference, portal.genuine)
        others = b"/".join(written(segment, portal.genuine) for segment in segments)
        for path in (b"/inbox/claims/%s/%s" % (name, end.encode()), b"/%s/" % others):
            decoded = unquote_to_bytes(quote_from_bytes(path)).decode("latin-1")
            answer = portal.ask(method, prefix + decoded, who=who)
            assert answer.status < 500
            is_genuine = name.decode(errors="replace") in (portal.genuine["received"], portal.genuine["sent"])
            named = {operation_of(request) for request in portal.wire.requests} - {"list", "count"}
            assert not named or is_genuine


@examples
def test_headers(portal, count):
    @try_out(count, WHO, PREFIXES, pages_with(PAGES | FORMS), METHODS, HEADERS)
    def check(who, prefix, page, method, headers):
        path, fields = page
        sent = encoded(fields, portal)
        body = sent.encode() if method in ("POST", "PUT") else b""
        more = {"Content_Type": FORM, **{name.replace("-", "_"): value for name, value in headers.items()}}
        answer = portal.ask(
            method, prefix + filled(path, portal), "" if body else sent, body, who=who, **more
        )
        assert answer.status < 500


@examples
def test_json_of_frames(portal, count):
    fields = st.dictionaries(st.sampled_from(["token", "next", "x"]), ANYTHING).map(as_json)
    bodies = fields | ANYTHING.map(as_json) | st.binary(max_size=60) | st.sampled_from([b"[" * 100_000, b""])
    paths = st.sampled_from(["/embed/hand-off/", "/embed/window/"])

    @try_out(count, WHO, paths, bodies)
    def check(who, path, body):
        more = {
            "Content_Type": "application/json",
            "X_Requested_With": "SecureInbox",
            "Origin": "http://localhost",
        }
        answer = portal.ask("POST", f"/embed/in/http:localhost:8002{path}", body=body, who=who, **more)
        assert answer.status < 500
