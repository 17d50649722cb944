"""Patterns of operators: what they match, and that none of them can take long."""

import pytest

from inbox import patterns


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (r"[A-Z]{2}[0-9]{6}", "AB123456", "AB1234567"),
        (r"[A-Z]{2}-?\d{4}", "AB-1234", "ab-1234"),
        (r"\d{10}|K\d+", "K1", "1"),
        (r"[^a-z\]]+", "A]B"[:1], "b"),
        (r"\w{2,4}", "a_1", "é1"),
        (r"\d+", "123", "١٢٣"),
        (r".*", "", "a\nb"),
        (r"\(\d\)\.\+", "(1).+", "1"),
        ("é{2}", "éé", "é"),
    ],
)
def test_a_pattern_stands_for_the_whole_text(pattern, right, wrong):
    assert patterns.matches(pattern, right) and not patterns.matches(pattern, wrong)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|aa)+",
        "(?:x*)*",
        r"(.)\1",
        "(?=a)",
        "^a$",
        r"\bword\b",
        "[",
        "[]",
        "[z-a]",
        "[[a]",
        "[a--b]",
        "a{5,2}",
        "a**",
        "a+?",
        "a++",
        "{2}",
        "*",
        "\\",
        r"\d{1000}",
        "(" * 200,
    ],
)
def test_what_could_be_repeated_within_a_repetition_is_refused(pattern):
    with pytest.raises(patterns.BadPattern):
        patterns.check(pattern)


@pytest.mark.parametrize("pattern", [".*.*.*", "a?" * 16, r"\d+" * 60, "a{0,99}b{0,99}c{0,99}", "a*a*|" * 2])
def test_what_could_be_matched_in_too_many_ways_is_refused(pattern):
    with pytest.raises(patterns.SlowPattern):
        patterns.check(pattern)


@pytest.mark.parametrize("pattern", [".*.*x", "a?" * 15, "a{1,30}a{1,30}a{1,30}b", "[ab]*a[ab]{100}"])
def test_the_slowest_patterns_that_are_allowed_end(pattern):
    patterns.check(pattern)
    assert not patterns.matches(pattern, "a" * (patterns.MAX_LENGTH - 1) + "!")


def test_a_text_that_is_too_long_matches_nothing():
    assert patterns.matches(".*", "a" * 200) and not patterns.matches(".*", "a" * 201)
