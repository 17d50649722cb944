"""Searching for what is odd, and through what is too much."""

import pytest

from tests.inbox.searching import ALICE, fill, look, press, subjects, text_of
from tests.inbox.windows import strict


def test_a_form_without_its_token_is_refused_in_words_and_asks_the_api_for_nothing(alice, sandbox, caplog):
    response = look(strict(alice), "quail")
    assert response.status_code == 403 and "This form has expired" in text_of(response)
    assert 'href="/search/"' in response.content.decode() and sandbox.calls() == []
    assert "quail" not in response.content.decode() + caplog.text


@pytest.mark.parametrize("words", ["%", "_", "*", "win%", "win_ow", "win*", "w?ndow", "[w]indow", "window|"])
def test_no_character_stands_for_another(alice_client, sandbox, words):
    sandbox.add(ALICE, "The window", text="It broke.")
    response = look(alice_client, words)
    assert response.status_code == 200 and subjects(response) == []
    sandbox.add(ALICE, f"Literally {words}")
    assert subjects(look(alice_client, words)) == [f"Literally {words}"]


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("נזק", "הודעה על נזק"),
        ("حادث", "تقرير حادث"),
        ("\u202ewindow", "The window"),
        ("window", "\u202ewindow"),
    ],
)
def test_words_of_either_direction_are_found_and_turn_nothing_around(alice_client, sandbox, words, subject):
    sandbox.add(ALICE, subject)
    response = look(alice_client, words)
    html = response.content.decode()
    assert len(response.context["rows"]) == 1 and "<mark>" in html
    assert 'dir="auto"' in html and "\u202e" not in html.replace(f'value="{words}"', "")


@pytest.mark.parametrize("number", [300, pytest.param(5_000, marks=pytest.mark.proof)])
def test_a_long_list_is_searched_to_its_end_within_the_budget_of_each_press(
    alice_client, sandbox, settings, number
):
    settings.PORTAL_SEARCH_CALLS = max(number // 250, 5)
    settings.SECUREMAIL_DEADLINE = 60  # Seconds. This is about the budget of calls.
    fill(sandbox, number - 1)
    fill(sandbox, 1, subject="The oldest", day=number)
    sandbox.forget_calls()
    response, presses = look(alice_client, "oldest", "claims"), 1
    while "Search further back" in text_of(response):
        assert subjects(response) == [] and "Nothing found so far" in text_of(response)
        assert 0 < len(sandbox.calls()) <= settings.PORTAL_SEARCH_CALLS
        sandbox.forget_calls()
        response, presses = press(alice_client, response, "Search further back"), presses + 1
    assert subjects(response) == ["The oldest 0"] and 1 < presses <= 6


@pytest.mark.parametrize("dialect", [(), ("full-list",)])
def test_a_letter_of_a_megabyte_is_found_and_opened(alice_client, sandbox, dialect):
    sandbox.dialect(*dialect)
    sandbox.add(ALICE, "Long", text=f"The first word. {'And so on. ' * 100_000}The last word.")
    sandbox.add(ALICE, "Short", text="The first word.")
    response = look(alice_client, "first")
    assert sorted(subjects(response)) == ["Long", "Short"] and len(response.content) < 100_000
    (url,) = [row.url for row in response.context["rows"] if row.subject[0].text == "Long"]
    page = alice_client.get(url)
    assert page.status_code == 200 and "The first word." in page.content.decode()
