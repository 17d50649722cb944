"""Every URL, asked with every method, by everybody but its owner, for what is Alice's and by forged names.

`matrix.txt` says what each of them gets. `make test` asks for a sample in which every two values meet at least once:
each URL with each method, each method with each kind of name, and so on. `make proof` asks for all of it.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache as django_cache
from django.http import HttpResponse
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

from portal.accounts.models import Consumer
from tests.access.matrix import ANY, Row, rows
from tests.access.names import BILLING, CLAIMS, ONES_OWN, Target, kinds, target
from tests.access.scene import (
    COLUMNS,
    FRAMED,
    PLACES,
    PLAIN,
    RESTRICTED,
    SUBJECT,
    TEXT,
    VISITORS,
    make_scene,
    make_websites,
)
from tests.conftest import sign_in
from tests.embed.framing import policy_of
from tests.support.database import undone
from tests.support.url_patterns import url_patterns

pytestmark = pytest.mark.slow

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Would have an effect on what is Alice's wherever a form is taken.
FORM = {
    "action": "delete",
    "confirmed": "on",
    "subject": "Mine",
    "text": "Mine",
    "version": "1",
    "attempts": "1",
}
ROUTES = {route for route, _view in url_patterns(get_resolver())}
ROWS = rows(ROUTES)


def test_every_url_has_a_row_in_the_matrix():
    listed = {row.route for row in ROWS}
    assert ROUTES - listed == set(), "Add them to tests/access/matrix.txt."
    assert listed - ROUTES == set()


# --- What to ask ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    row: Row
    method: str
    kind: tuple[tuple[str, str], ...]  # Of the names in the URL, by its parts.
    place: str
    visitor: str

    def __str__(self) -> str:
        named = ", ".join(f"{part}: {kind}" for part, kind in self.kind if kind)
        return f"{self.method} {self.row.url} ({named}) by the {self.visitor} {self.place}"

    def pairs(self) -> set[tuple[object, object]]:
        """Every two of its values."""
        return set(combinations((self.row.url, self.method, self.place, self.visitor, *self.kind), 2))


def questions(row: Row) -> Iterator[Question]:
    for method in METHODS:
        if row.beside and not row.allows(method):
            continue  # The row of the path itself has it.
        for kind in kinds(row):
            for place in PLACES:
                for visitor in VISITORS:
                    yield Question(row, method, tuple(kind.items()), place, visitor)


@cache
def sample() -> list[Question]:
    """Questions in which every two values meet, chosen greedily, and always the same ones.

    The first ones are those that are asked most of all: a neighbour's, by the very names that Alice uses.
    """
    every = [question for row in ROWS for question in questions(row)]
    chosen = [replace(genuine(row), visitor="neighbour", place=PLAIN) for row in NAMING]
    met = set().union(*(question.pairs() for question in chosen))
    random.Random(0).shuffle(every)  # noqa: S311  No secret.
    for new in (8, 5, 3, 2, 1):
        for question in every:
            if len(question.pairs() - met) >= new:
                chosen.append(question)
                met |= question.pairs()
    return chosen


# --- What is expected -------------------------------------------------------------------------------------


def expected(question: Question, path: str) -> str:
    row, entry = question.row, dict(question.row.entries)[COLUMNS[question.visitor]]
    if not _is_resolved(path):
        return "404"
    if question.place != PLAIN and row.framed == "no":
        return "refused"
    if not row.allows(question.method):
        return "sign-in or 405" if entry == "sign-in" else "405"
    if row.framed == "only" and question.place == PLAIN:
        return "404"
    kind = dict(question.kind)
    if entry == "own" and "slug" in kind and (kind["slug"] or question.place == RESTRICTED):
        return "404"
    return entry


def _is_resolved(path: str) -> bool:
    try:
        return bool(resolve(unquote(path)))
    except Resolver404:
        return False


def is_as_expected(entry: str, answer: HttpResponse, question: Question) -> bool:
    status = answer.status_code
    # What Django's own views say about a URL without looking at what it names.
    by_method_alone = status == 405 or (question.method, status) == ("OPTIONS", 200)
    to_prove_it_again = status == 302 and "/reauthenticate/" in answer.url
    if (by_method_alone or to_prove_it_again) and question.row.methods == ANY and entry != "sign-in":
        return True
    to_sign_in = status == 302 and urlsplit(answer.url).path.endswith("/login/")
    match entry:
        case "own":
            return status < 500
        case "sign-in":
            return to_sign_in
        case "sign-in or 405":
            return to_sign_in or status == 405
        case "refused":
            return status == 403 and policy_of(answer)["frame-ancestors"] == "*"
        case "denied":
            # Some of the admin's addresses lead to another one, which is denied.
            return status in (403, 404) or (status == 302 and answer.url.startswith("/admin/"))
    return status == int(entry)


# --- Asking -----------------------------------------------------------------------------------------------


class Visit:
    """One visitor in one place, and what their requests do. Each request is undone, so that none changes the next."""

    def __init__(self, visitor: str, place: str, alice: Consumer, sandbox: Any) -> None:
        self.prefix = PLACES[place]
        self.browser = sign_in(alice) if visitor == "Alice" else VISITORS[visitor]()
        self.browser.raise_request_exception = False
        self.cookies = {name: cookie.value for name, cookie in self.browser.cookies.items()}
        self.consumer = Consumer.objects.filter(pk=self.browser.session.get("_auth_user_id")).first()
        address = self.consumer.email if self.consumer else "stranger@example.com"
        self.scene = make_scene(alice, address, sandbox)
        self.rows_of_others = self._rows_of_others()

    def ask(self, question: Question) -> str:
        """What is wrong with the answer, or an empty text."""
        goal = target(question.row, dict(question.kind), self.scene)
        with undone() as written:
            answer = self.request(question.method, goal)
            content = answer.getvalue().decode(errors="replace")  # A download is written while it is read.
            changed = written - {Session._meta.db_table}
            touched = bool(changed) and not self.rows_of_others_are_as_before()
        entry = expected(question, goal.path)
        problems = {
            f"expected {entry}, got {answer.status_code} {answer.headers.get('Location', '')}": not is_as_expected(
                entry, answer, question
            ),
            "shows what is Alice's": any(
                words in content for words in (SUBJECT, TEXT, self.scene.alice.email)
            ),
            f"writes to {', '.join(sorted(changed))}": bool(changed) and entry != "own",
            "changes what is another's": touched,
        }
        return "; ".join(problem for problem, is_there in problems.items() if is_there)

    def request(self, method: str, goal: Target) -> HttpResponse:
        django_cache.clear()
        self.browser.cookies.load(self.cookies)
        address = f"{self.prefix}{goal.path}" + (f"?{goal.query}" if goal.query else "")
        body = urlencode(FORM | goal.form) if method in ("POST", "PUT", "PATCH", "DELETE") else ""
        headers = {"Host": "localhost"}
        return self.browser.generic(
            method, address, body, "application/x-www-form-urlencoded", headers=headers
        )

    def rows_of_others_are_as_before(self) -> bool:
        """Whether each is still there, unchanged. There may be more: what is left of an account that was closed."""
        now = self._rows_of_others()
        return all(row in now[table] for table, rows in self.rows_of_others.items() for row in rows)

    def _rows_of_others(self) -> dict[str, list[dict[str, object]]]:
        """Every row of the database that is not this visitor's own, by its table."""
        found = {}
        for model in set(apps.get_models(include_auto_created=True)) - {Session}:
            owners = [
                field.attname for field in model._meta.concrete_fields if field.related_model is Consumer
            ]
            owners += ["pk"] if model is Consumer else []
            rows = model._base_manager.order_by("pk")
            for owner in owners if self.consumer else []:
                rows = rows.exclude(**{owner: self.consumer.pk})
            found[model._meta.db_table] = list(rows.values())
        return found


@pytest.fixture
def websites(claims, billing) -> None:
    make_websites(billing)


def check(visitor: str, place: str, asked: list[Question], alice: Consumer, sandbox: Any) -> None:
    visit = Visit(visitor, place, alice, sandbox)
    sandbox.forget_calls()
    # The clock stands still: as minutes pass, a request writes that the session is still used, or meets its end.
    with time_machine.travel(timezone.now(), tick=False):
        problems = {question: visit.ask(question) for question in asked}
    assert [f"{question}: {problem}" for question, problem in problems.items() if problem] == []
    # Each id that went upstream is of a message of this very address in a securebox that is shown here: whatever else
    # has an address in the log is a list or a count, which names the address that it asks for.
    boxes = {BILLING} if place == RESTRICTED else {BILLING, CLAIMS}
    mine = {(visit.scene.asking, box) for box in boxes if visitor == "neighbour"}
    assert {(call["address"], call["securebox"]) for call in sandbox.calls()} <= mine


every_visit = pytest.mark.parametrize(
    ("visitor", "place"), [(visitor, place) for visitor in VISITORS for place in PLACES]
)


@every_visit
def test_everybody_gets_what_the_matrix_says(visitor, place, alice, sandbox, websites):
    asked = [question for question in sample() if (question.visitor, question.place) == (visitor, place)]
    check(visitor, place, asked, alice, sandbox)


@pytest.mark.proof
@every_visit
def test_everybody_gets_what_the_whole_matrix_says(visitor, place, alice, sandbox, websites):
    every = [question for row in ROWS for question in questions(row)]
    asked = [question for question in every if (question.visitor, question.place) == (visitor, place)]
    check(visitor, place, asked, alice, sandbox)


# --- Where the matrix would say nothing if it were wrong --------------------------------------------------

NAMING = [row for row in ROWS if re.search("(?:reference|nonce)>", row.url)]
# Of the names of hers, the one with which Alice's own request succeeds, where another than the first one does.
GENUINE = {
    "/outgoing/<uuid:nonce>/receipt/": "Alice's, sent",
    "/outgoing/<uuid:nonce>/<slug:choice>/": "Alice's, queued",
    "/inbox/<slug:slug>/<str:reference>/withdraw/": "Alice's, of what she sent",
}
NOBODYS = {"reference": ONES_OWN, "nonce": "nobody's"}


def genuine(row: Row) -> Question:
    """What Alice asks when she uses her own mail."""
    (kind, *_others) = [kind for kind in kinds(row) if GENUINE.get(row.url, "Alice's") in kind.values()] or [
        kind for kind in kinds(row) if "Alice's, draft" in kind.values()
    ]
    return Question(row, row.methods.split(",")[0], tuple(kind.items()), "", "Alice")


@pytest.mark.parametrize("place", [PLAIN, FRAMED])
def test_the_owner_gets_in_by_the_same_names(place, alice, sandbox, websites):
    visit = Visit("Alice", place, alice, sandbox)
    asked = [genuine(row) for row in NAMING]
    answers = {}
    for question in asked:
        with undone():
            answer = visit.request(question.method, target(question.row, dict(question.kind), visit.scene))
        answers[str(question)] = answer.status_code
    assert {question: status for question, status in answers.items() if status not in (200, 302)} == {}


def test_a_website_without_the_securebox_shows_its_owner_nothing_of_it(alice, sandbox, websites):
    visit = Visit("Alice", RESTRICTED, alice, sandbox)
    sandbox.forget_calls()
    for question in [genuine(row) for row in NAMING]:
        answer = visit.request(question.method, target(question.row, dict(question.kind), visit.scene))
        assert (str(question), answer.status_code) == (str(question), 404)
    assert sandbox.calls() == [] and visit.rows_of_others_are_as_before()


def test_not_yours_and_no_such_are_the_same_page(alice, sandbox, websites):
    visit = Visit("neighbour", PLAIN, alice, sandbox)
    mine = replace(
        visit.scene, own="there-is-no-such-message"
    )  # As after it was destroyed: the API has no such id.
    # Saving a draft, changing several messages at once and choosing plain text look no message up.
    looking_up = [row for row in NAMING if not (row.beside and row.methods == "POST")]
    for row in [row for row in looking_up if not row.url.endswith("/view/")]:
        question = genuine(row)
        with undone():
            hers = visit.request(question.method, target(row, dict(question.kind), visit.scene))
        with undone():
            none = visit.request(question.method, target(row, dict(question.kind) | NOBODYS, mine))
        assert (row.url, hers.status_code, shown(hers)) == (row.url, 404, shown(none))


def shown(answer: HttpResponse) -> str:
    """The page without what differs from one request to the next."""
    return re.sub(r'(csrfmiddlewaretoken" value|data-idle|data-absolute)="\w+"', "", answer.content.decode())
