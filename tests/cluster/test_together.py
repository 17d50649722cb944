"""What the two instances know together: each test asks both of them, one after the other or at once."""

import html
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster.visitor import Answer

pytestmark = pytest.mark.slow


@pytest.fixture
def both(cluster):
    """The same browser at the first instance and at the second, by the number of its person."""

    def browsers(number=None):
        visitor = cluster.visitor(number)
        return tuple(visitor.at(port) for port in cluster.ports)

    return browsers


def test_a_session_is_known_to_both_and_ends_for_both(both):
    one, other = both(0)
    assert (one.get("/").status, other.get("/").status) == (200, 200)
    page = one.get("/accounts/logout/")
    assert one.post("/accounts/logout/", page.hidden_fields).status == 302
    assert other.get("/").location.startswith("/accounts/login/")


def test_guesses_are_counted_together(both):
    """At invitations, of which a network may try twenty in a minute: other guesses cost a hashed password each."""
    one, other = both()
    statuses = [browser.get("/accounts/invitation/a-guess/").status for browser in 10 * (one, other)]
    assert set(statuses) == {404}
    assert [browser.get("/accounts/invitation/a-guess/").status for browser in (one, other)] == [429, 429]


def test_a_count_is_asked_for_once_and_changes_for_both(both, cluster):
    one, other = both(1)
    cluster.add_message(1, "Your claim")
    cluster.sandbox.forget_calls()
    counts = [browser.get("/unread.json").text for browser in (one, other)]
    assert ['"a1": 1' in text for text in counts] == [True, True]
    assert len(cluster.sandbox.calls()) == 2, "One for each of two boxes."
    path = letter_on(one.get("/inbox/a1/"))
    assert one.get(path).status == 200
    assert '"a1": 0' in other.get("/unread.json").text


def test_a_reference_that_one_has_signed_opens_at_the_other(both, cluster):
    one, other = both(2)
    cluster.add_message(2, "A letter for the other one")
    path = letter_on(one.get("/inbox/a2/"))
    assert "A letter for the other one" in other.get(path).text


def test_a_draft_is_continued_at_the_other(both):
    one, other = both(3)
    form = one.compose("/inbox/a3/compose/") | {"subject": "A draft", "text": "Begun here.", "action": "save"}
    saved = one.post("/inbox/a3/compose/", form)
    assert "Begun here." in other.get(saved.location).text


def test_one_form_sent_to_both_at_once_is_one_message(both, cluster):
    browsers = both(4)
    form = browsers[0].compose("/inbox/a4/compose/")
    with ThreadPoolExecutor(6) as fingers:
        answers = list(
            fingers.map(lambda each: each.send("/inbox/a4/compose/", "One form", form), 3 * browsers)
        )
    assert {answer.status for answer in answers} == {302}
    assert cluster.subjects().count("One form") == 1


def letter_on(page: Answer) -> str:
    """The address of the one letter in an inbox."""
    (path,) = set(re.findall(r'href="(/inbox/\w+/o\.[^"]+)"', page.text))
    return html.unescape(path)
