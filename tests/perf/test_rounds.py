import pytest

from tests.perf import sizing
from tests.perf.rounds import figure_of, in_turns, ratio


def test_all_are_asked_in_each_round_in_turns_and_the_first_round_does_not_count():
    asked: list[str] = []

    def ask(name: str) -> float:
        asked.append(name)
        return float(len(asked))

    costs = in_turns({name: lambda name=name: ask(name) for name in "abc"}, 2)
    assert "".join(asked) == "cbaabccba"
    assert costs == {"a": [4.0, 9.0], "b": [5.0, 8.0], "c": [6.0, 7.0]}


def test_a_ratio_compares_within_each_round_so_that_a_slow_one_changes_nothing():
    compared = ratio({"page": [2.0, 20.0, 2.0], "unit": [1.0, 10.0, 1.0]}, "page", "unit")
    assert compared == (2.0, 2.0, 2.0)


def test_a_figure_is_the_median_with_its_quartiles():
    assert figure_of([1.0, 2.0, 3.0, 4.0, 5.0]) == (3.0, 2.0, 4.0)
    assert figure_of([1.0, 2.0, 3.0, 4.0, 5.0]).with_noise == "3.00 (2.00-4.00)"


def test_customers_at_once_are_what_a_core_has_time_for():
    """A page of 20 ms every 20 seconds and a poll of 3 ms every 30 take 1.1 ms of a second."""
    ratios = sizing.Ratios(page=10, poll=1.5, password=100)
    assert ratios.customers(unit=0.002) == pytest.approx(0.7 / 0.0011)
