import os
import signal
import subprocess
import threading

import pytest

from inbox.markup import sanitizer
from inbox.markup.sanitizer import NotSanitised, sanitised

# For the process alone: what the portal gives it has been reduced before.
MEGABYTES = "<div>" + "".join(f"<b id={number}>" for number in range(250)) + "</div>" + "<p>x" * 2_000
SECONDS = "<div>" * 40_000


@pytest.fixture(autouse=True)
def pool(monkeypatch):
    pool = sanitizer._Pool()
    monkeypatch.setattr(sanitizer, "_pool", pool)
    yield pool
    pool.end()


def test_markup_is_sanitised():
    assert sanitised("<p onclick=x>a<script>b</script>\ud800") == "<p>a?</p>"


@pytest.mark.parametrize(
    ("letter", "end"), [(MEGABYTES, signal.SIGABRT), (SECONDS, signal.SIGPROF)], ids=["memory", "time"]
)
def test_a_letter_that_costs_too_much_ends_only_the_process_that_reads_it(letter, end, pool, caplog):
    with pytest.raises(NotSanitised):
        sanitised(letter)
    assert f"could not be sanitised (the process ended with -{end.value})" in caplog.text
    assert pool._idle == []
    assert sanitised("<p>next</p>") == "<p>next</p>"


def test_an_answer_that_grows_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(sanitizer, "_MAX_ANSWER", 1_000)
    with pytest.raises(NotSanitised):
        sanitised("<a href='https://x.example'>x</a>" * 20)
    assert sanitised("<p>next</p>") == "<p>next</p>"


def test_a_process_serves_many_letters_and_is_then_replaced(pool, monkeypatch):
    monkeypatch.setattr(sanitizer, "_LETTERS", 3)
    numbers = []
    for _ in range(4):
        sanitised("x")
        numbers += [process._process.pid for process in pool._idle]
    assert len(numbers) == 3 and numbers[0] == numbers[1] != numbers[2]


def test_a_process_that_was_ended_from_outside_is_replaced(pool):
    sanitised("x")
    os.kill(pool._idle[0]._process.pid, signal.SIGKILL)
    pool._idle[0]._process.wait()
    assert sanitised("y") == "y"


def test_a_process_that_stands_still_is_given_up(pool):
    sanitised("x")
    pool._idle[0]._channel.settimeout(0.1)
    os.kill(pool._idle[0]._process.pid, signal.SIGSTOP)
    with pytest.raises(NotSanitised):
        sanitised("y")
    assert sanitised("z") == "z"


def test_without_a_process_letters_are_shown_as_text(monkeypatch):
    monkeypatch.setattr(sanitizer.sys, "executable", "/nowhere/python")
    with pytest.raises(NotSanitised):
        sanitised("x")


def test_concurrent_letters_get_their_own_answers():
    answers = {}
    threads = [
        threading.Thread(target=lambda n=n: answers.update({n: sanitised(f"<p>{n}</p>")})) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {number: f"<p>{number}</p>" for number in range(20)}


def test_the_process_ends_with_its_parent(pool):
    sanitised("x")
    process: subprocess.Popen = pool._idle[0]._process
    pool._idle.pop()._channel.close()
    assert process.wait(60) == 0
