"""The portal from the outside, with a hostile upstream."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.chaos.bombs.hostile import HOSTILE, NO_ANSWERS, WAITING, mail
from tests.support.served import Answer, Person, Served
from tests.support.wire import Wire, reply

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Memory and processes are seen through /proc."),
]

DEADLINE = 2.0  # Seconds for a call.
PAGE_CPU = 4.0  # CPU seconds of the worker for a page, which depend little on other load. Usual is 1.
MOST_GROWTH = 50 * 1024 * 1024
KINDS = list(HOSTILE)
SHORT = {  # The others, and those that make a page wait for its deadline, run in `make proof`.
    "lists in lists",
    "wrong types everywhere",
    "misnested formatting",
}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture(scope="module")
def portal(upstream: Wire, tmp_path_factory) -> Iterator[Served]:
    settings = {f"SECUREMAIL_{name}": str(DEADLINE) for name in ("READ_TIMEOUT", "DEADLINE", "SEND_DEADLINE")}
    folder = tmp_path_factory.mktemp("portal")
    with Served(folder, len(KINDS) + 2, SECUREMAIL_API_URL=upstream.url, **settings) as portal:
        yield portal


@pytest.fixture(scope="module")
def before(portal: Served, upstream: Wire) -> tuple[int, int]:
    """The worker and its memory, after it has shown each page with normal mail."""
    upstream.script(mail())
    assert {answer.status for answer in visit(portal, portal.people[-1]).values()} == {200}
    return portal.worker, portal.resident


def visit(portal: Served, person: Person) -> dict[str, Answer]:
    """The responses to a consumer who opens all pages and then sends a message."""
    box, letter = f"/inbox/a{person.number}/", f"/inbox/a{person.number}/{person.reference}/"
    paths = [letter, f"{letter}?view=formatted", f"{letter}body/", f"{letter}details/"]
    # Another box for the list: the breaker of the first box may have opened by now.
    paths += [f"{box}compose/?reply={person.reference}", f"/inbox/b{person.number}/", "/", "/unread.json"]
    answers = {path: _ask(portal, path, person) for path in paths}
    form = {"subject": "A broken window", "text": "Dear team, it broke."}
    sent = answers["sending"] = _ask(portal, f"/inbox/b{person.number}/compose/", person, form)
    if sent.status == 302:
        answers["sending"], answers["sent"] = replace(sent, status=200), _ask(portal, sent.location, person)
    # It leads on to the conversation, or to the list where that cannot be read.
    if answers.get("sent", sent).status == 302:
        answers["sent"] = _ask(portal, answers["sent"].location, person)
    return answers


def _ask(portal: Served, path: str, person: Person, form: dict[str, str] | None = None) -> Answer:
    """A response with the CPU seconds it took. It must arrive within ANSWER_SECONDS."""
    before = portal.cpu_seconds
    answer = portal.ask(path, person, form)
    return replace(answer, seconds=portal.cpu_seconds - before)


def too_expensive(answers: dict[str, Answer]) -> dict[str, float]:
    return {path: answer.seconds for path, answer in answers.items() if answer.seconds > PAGE_CPU}


def says_something(answer: Answer) -> bool:
    words = ("<h1", '<div class="letter', '{"total"')
    return answer.location != "" or any(word in answer.text for word in words)


@pytest.mark.parametrize(
    "kind", [kind if kind in SHORT else pytest.param(kind, marks=pytest.mark.proof) for kind in KINDS]
)
def test_every_page_answers_in_words_and_cheaply_and_the_worker_lives(portal, upstream, before, kind):
    upstream.script(HOSTILE[kind])
    upstream.requests.clear()
    said = len(portal.log())
    answers = visit(portal, portal.people[KINDS.index(kind)])
    assert {path: a.status for path, a in answers.items() if a.status not in (200, 404, 502, 503)} == {}
    assert [path for path, answer in answers.items() if not says_something(answer)] == []
    assert [request.method for request in upstream.requests].count("POST") == 1
    assert portal.worker == before[0]
    assert portal.resident - before[1] < MOST_GROWTH
    assert "Traceback" not in portal.log()[said:]
    if kind in WAITING | NO_ANSWERS:
        assert json.loads(answers["/unread.json"].text)["total"] is None
    assert too_expensive(answers) == {}


def test_a_redirect_is_followed_nowhere(portal, upstream, before):
    with Wire() as elsewhere:
        upstream.script(reply({}, 307, [f"Location: {elsewhere.url}/securemail"]))
        answers = visit(portal, portal.people[-2])
    assert elsewhere.requests == []
    assert [path for path, answer in answers.items() if not says_something(answer)] == []
    assert portal.worker == before[0]
