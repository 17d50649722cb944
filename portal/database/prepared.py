"""Queries that every page asks: their SQL is made once for each process, which takes Django longer than asking them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet, Value
from django.utils.dateparse import parse_date

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class _Parameter:
    """Stands in the SQL for a value that comes with each call."""

    name: str


class PreparedQuery(Generic[Row]):
    """Called with the values of the parameters of `build`, it returns the rows; conditions in columns are 0 and 1.

    `build` gets an expression for each of them. So that no value of one request can stay for the next, it must depend
    on nothing else that changes: neither on settings nor on the time.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        self._build = build

    def __call__(self, **values: Any) -> list[Row]:
        model, sql, params = self._prepared
        bound = [values[param.name] if isinstance(param, _Parameter) else param for param in params]
        return list(model._default_manager.raw(sql, bound))

    @cached_property
    def _prepared(self) -> tuple[type[Row], str, tuple[Any, ...]]:
        rows = self._build(*(Value(_Parameter(name)) for name in signature(self._build).parameters))
        sql, params = rows.query.sql_with_params()
        for param in params:
            if not isinstance(param, _Parameter | str | int) or _is_time(param):
                raise TypeError(f"{param!r} would stay in the query: make it a parameter.")
        return rows.model, sql, params


def _is_time(param: Any) -> bool:
    """For SQLite, Django has made a text of it."""
    return isinstance(param, str) and bool(parse_date(param[:10]))
