"""Switching dialects on and off, on the command line and while the sandbox runs."""

import subprocess
import sys

import pytest

from portal.sandbox.dialects.table import DIALECTS, parse, spelling
from tests.sandbox.helpers import ALICE, subjects
from tests.support.sandbox import PROJECT, start_sandbox

DOCUMENTATION = PROJECT / "docs" / "sandbox.md"


def run(*options: str) -> tuple[int, str]:
    command = [sys.executable, "manage.py", "sandbox", "--port", "0", *options]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)  # noqa: S603  A command of our own.
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_the_documentation_has_each_dialect_with_its_sentence():
    _, _, section = DOCUMENTATION.read_text(encoding="utf-8").partition("\n## Try another dialect\n")
    lines = section.partition("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    escaped = (spelling(name).replace("|", r"\|") for name in DIALECTS)
    assert rows == [
        f"| `{name}` | {each.changes} |" for name, each in zip(escaped, DIALECTS.values(), strict=True)
    ]


def test_the_server_tells_its_dialects(sandbox):
    answer = sandbox.control("GET", "/dialects")
    assert answer["dialects"] == {}
    assert answer["known"]["cap=N"] == DIALECTS["cap"].changes
    assert len(answer["known"]) == len(DIALECTS)


def test_dialects_are_switched_on_one_by_one_and_off_together(sandbox):
    sandbox.dialect("cap=5", "oldest-first")
    sandbox.dialect("cap=3")
    assert sandbox.control("GET", "/dialects")["dialects"] == {"cap": 3, "oldest-first": True}
    sandbox.standard()
    assert sandbox.control("GET", "/dialects")["dialects"] == {}


def test_a_reset_switches_them_off(sandbox):
    sandbox.dialect("missing-api=page")
    sandbox.reset()
    assert sandbox.control("GET", "/dialects")["dialects"] == {}


def test_one_unusable_dialect_switches_none_on(sandbox):
    with pytest.raises(ValueError, match="cap=N"):
        sandbox.dialect("oldest-first", "cap=many")
    assert sandbox.control("GET", "/dialects")["dialects"] == {}


@pytest.mark.parametrize("body", [{}, {"dialects": "cap=5"}, {"dialects": [5]}, {"dialects": {"cap": 5}}])
def test_dialects_must_be_a_list_of_texts(sandbox, body):
    with pytest.raises(ValueError, match="'dialects' must be a list"):
        sandbox.control("POST", "/dialects", body)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("cap=5", 5),
        ("oldest-first", True),
        ("items-key=data.items", ["data", "items"]),
        ("unknown-contact=INVALID_PARTICIPANT", "INVALID_PARTICIPANT"),
        ("api-keys=a,b", ["a", "b"]),
        ("clock-skew=-90", -90),
        ("base-path=/controls/v3", "/controls/v3"),
        ("without=date,bodyAsPlainText", ["date", "bodyAsPlainText"]),
        ("attachments=policy.pdf,my photo.jpg", ["policy.pdf", "my photo.jpg"]),
    ],
)
def test_a_value_is_parsed(text, value):
    assert parse(text) == (text.partition("=")[0], value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("capped", "There is no dialect 'capped'; there are cap=N, oldest-first, "),
        ("", "There is no dialect ''"),
        ("cap", "cap=N: a whole number from 1 to 1000"),
        ("cap=0", "a whole number from 1 to 1000"),
        ("cap=²", "a whole number"),
        ("oldest-first=yes", "The dialect oldest-first has no value."),
        ("missing-api=gone", "one of envelope, empty, page, json"),
        ("unknown-contact=SUCCESS", "one of list, empty"),
        ("api-keys=a,,b", "keys without spaces"),
        ("key-header=a b", "the name of a header"),
        ("key-header=a\r\nb", "the name of a header"),
        ("base-path=mail", "a path such as /mail/v3"),
        ("base-path=/control", "none of the sandbox's own pages"),
        ("base-path=/desk/v3", "none of the sandbox's own pages"),
        ("without=date,nothing", "one of id, subject"),
        ("items-key=data..items", "keys, with dots"),
        ("second-address=nobody", "an email address"),
    ],
)
def test_an_unusable_one_says_what_is_needed(text, reason):
    with pytest.raises(ValueError) as caught:
        parse(text)
    assert reason in str(caught.value)


@pytest.mark.slow
def test_the_command_starts_with_them_and_a_reset_keeps_them():
    with start_sandbox("--dialect", "cap=1", "--dialect", "oldest-first") as sandbox:
        sandbox.reset()
        for day in (1, 2):
            sandbox.add(ALICE, f"day {day}", date=f"2026-01-0{day}T08:00:00Z")
        assert subjects(sandbox) == ["day 1"]
        sandbox.dialect("cap=2")
        assert subjects(sandbox) == ["day 1", "day 2"]
        sandbox.standard()
        assert subjects(sandbox) == ["day 1"]


@pytest.mark.slow
@pytest.mark.proof
def test_the_command_names_them_in_its_help_and_when_one_is_unknown():
    status, output = run("--help")
    assert status == 0
    for name, dialect in DIALECTS.items():
        assert f"{spelling(name)} {dialect.changes}" in output
    status, output = run("--dialect", "capped")
    assert status == 2
    assert "argument --dialect: There is no dialect 'capped'; there are cap=N, oldest-first" in output
