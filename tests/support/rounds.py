"""Which tests a run includes, and which begin first. The markers are described in pyproject.toml."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import files without tests for PostgreSQL in a run of those: to import all takes ten seconds."""
    if _is_postgresql_round(config) and collection_path.name.startswith("test_"):
        return "mark.postgresql" not in collection_path.read_text() or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Sort the slow files first: one that began last would keep a single process busy while the others idle."""
    if _is_postgresql_round(config):
        items[:] = _first_variants(items)
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
    items.sort(key=_is_quick)


def _is_quick(item: pytest.Item) -> tuple[bool, bool]:
    return item.get_closest_marker("slow") is None, item.get_closest_marker("browser") is None


def _is_postgresql_round(config: pytest.Config) -> bool:
    """Whether this is the part of `make test` that runs on PostgreSQL."""
    return bool(config.option.markexpr.startswith("postgresql and"))


def _first_variants(items: list[pytest.Item]) -> list[pytest.Item]:
    """One variant of each parametrized test: databases differ in statements, and variants differ in values.

    All of them run on SQLite, and on PostgreSQL in `make proof`; so does what is left to it.
    """
    short = [item for item in reversed(items) if not item.get_closest_marker("proof")]
    return list({item.nodeid.partition("[")[0]: item for item in short}.values())[::-1]
