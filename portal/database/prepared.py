"""Queries that every page asks: what Django works out for them is kept, since that takes longer than asking them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Model, QuerySet, Value
from django.db.models.sql import Query
from django.utils.dateparse import parse_date

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class _Parameter:
    """Stands in the SQL for a value that comes with each call."""

    name: str


@dataclass(frozen=True)
class _Prepared(Generic[Row]):
    """`columns` are what the SQL selects: those of the model's `fields` first, then `annotations`, by their numbers."""

    query: Query
    sql: str
    params: Sequence[Any]
    columns: Sequence[Expression]
    model: type[Row]
    fields: Sequence[str]
    annotations: Mapping[str, int]

    def made_of(self, rows: Sequence[Sequence[Any]]) -> list[Row]:
        """What a query set makes of the rows of its query."""
        compiler = self.query.get_compiler(DEFAULT_DB_ALIAS)
        converted = compiler.apply_converters(rows, compiler.get_converters(self.columns))
        return [self._made_of(row) for row in converted]

    def _made_of(self, row: Sequence[Any]) -> Row:
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.fields, row[: len(self.fields)])
        for name, number in self.annotations.items():
            setattr(made, name, row[number])
        return made


class PreparedQuery(Generic[Row]):
    """Called with the values of the parameters of `build`, it returns the rows.

    `build` gets an expression for each of them. So that no value of one request can stay for the next, it must depend
    on nothing else that changes: neither on settings nor on the time.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        self._build = build

    def __call__(self, **values: Any) -> list[Row]:
        prepared = self._prepared
        bound = [values[param.name] if isinstance(param, _Parameter) else param for param in prepared.params]
        with connection.cursor() as cursor:
            cursor.execute(prepared.sql, bound)
            found = cursor.fetchall()
        return prepared.made_of(found)

    @cached_property
    def _prepared(self) -> _Prepared[Row]:
        rows = self._build(*(Value(_Parameter(name)) for name in signature(self._build).parameters))
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        for param in params:
            if not isinstance(param, _Parameter | str | int) or _is_time(param):
                raise TypeError(f"{param!r} would stay in the query: make it a parameter.")
        columns = [column for column, _sql, _alias in compiler.select]
        fields = [columns[number].target.attname for number in compiler.klass_info["select_fields"]]
        return _Prepared(rows.query, sql, params, columns, rows.model, fields, compiler.annotation_col_map)


def _is_time(param: Any) -> bool:
    """For SQLite, Django has made a text of it."""
    return isinstance(param, str) and bool(parse_date(param[:10]))
