import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from portal.demo import cast, letters

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def mail() -> list[letters.Letter]:
    return list(letters.read_letters(NOW))


def date(letter: letters.Letter) -> datetime:
    return datetime.fromisoformat(letter.message["date"])


def test_there_are_about_forty_letters(mail):
    assert 40 <= len(mail) <= 50


def test_each_letter_is_in_a_box_that_its_consumer_may_use(mail):
    names = {box["name"] for box in cast.SECUREBOXES.values()}
    theirs = {cast.ANNA.address: names, cast.MINH.address: names - {""}}
    assert all(each.message["securebox"] in theirs[each.message["address"]] for each in mail)


def test_an_answer_follows_its_question_in_the_same_conversation(mail):
    asked: dict[str | None, letters.Letter] = {}
    for each in mail:
        if each.answers:
            question = asked[each.answers]
            assert date(question) < date(each)
            assert question.message["address"] == each.message["address"]
            assert question.message["securebox"] == each.message["securebox"]
        asked[each.key] = each


def test_only_received_letters_are_unread(mail):
    unread = [each.message for each in mail if each.message["status"] == "unread"]
    assert {each["direction"] for each in unread} == {"outbound"}


def test_dates_range_from_today_to_last_year(mail):
    dates = sorted(date(each) for each in mail)
    assert dates[-1] == NOW - timedelta(minutes=12)
    assert dates[0] < NOW - timedelta(days=365)
    assert {dates[-1].date(), NOW.date() - timedelta(days=1)} <= {each.date() for each in dates}


def test_one_box_has_received_more_than_a_page(mail):
    anna = [each.message for each in mail if each.message["address"] == cast.ANNA.address]
    assert sum((m["securebox"], m["direction"]) == ("Claims01", "outbound") for m in anna) > 10


def test_difficult_letters_are_among_them(mail):
    texts = [each.message.get("text") for each in mail]
    subjects = [each.message.get("subject", "") for each in mail]
    everything = "".join(text or "" for text in texts)
    assert "" in texts
    assert "" in subjects
    assert max(map(len, everything.split("\n"))) > 300
    assert max(len(text or "") for text in texts) > 4000
    assert any(len(subject) > 150 and " " not in subject for subject in subjects)
    assert {unicodedata.bidirectional(character) for character in everything} >= {"R", "AL", "NSM"}
    assert re.search(r"https://\S+", everything)
