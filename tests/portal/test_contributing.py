"""What CONTRIBUTING.md says of the code is so: the order of the middleware, short recipes, numbers of checks."""

import ast
import re
from pathlib import Path

from django.conf import settings

PROJECT = Path(__file__).resolve().parents[2]
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text()
_LONGEST_RECIPE = 12  # Lines.


def section(title: str) -> str:
    """What stands below this heading, up to the next one of its level or above."""
    level, _space, _words = title.partition(" ")
    after = CONTRIBUTING.split(f"\n{title}\n", 1)[1]
    return re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.M)[0]


def test_the_list_of_middleware_is_the_one_that_runs_and_in_its_order():
    listed = re.findall(r"^\d+\. `([\w.]+)`", section("## What runs on every request"), re.M)
    assert listed == settings.MIDDLEWARE


def test_each_recipe_is_short():
    recipes = re.split(r"^### (.+)$", section("## Recipes"), flags=re.M)[1:]
    lengths = {
        title: len(text.strip().splitlines()) for title, text in zip(recipes[::2], recipes[1::2], strict=True)
    }
    assert lengths and max(lengths.values()) <= _LONGEST_RECIPE, lengths


def test_each_system_check_has_numbers_of_its_own():
    """Operators silence a check by its number."""
    checks: dict[str, set[str]] = {}
    for path in (path for package in ("inbox", "portal") for path in (PROJECT / package).rglob("*checks.py")):
        for statement in ast.parse(path.read_text()).body:
            for number in re.findall(r"\bid='(\w+\.[EW]\d{3})'", ast.unparse(statement)):
                checks.setdefault(number, set()).add(f"{path.relative_to(PROJECT)}:{statement.lineno}")
    assert "portal.E001" in checks
    assert {number: found for number, found in checks.items() if len(found) > 1} == {}
