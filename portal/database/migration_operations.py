"""Indexes that are built while the portal runs: on PostgreSQL, CONCURRENTLY, so that no writer waits for them.

A migration with one of these has `atomic = False`. If it is interrupted, it can be run again: what an attempt leaves
behind is removed first, since PostgreSQL keeps an unfinished index up to date and never uses it.
"""

from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation


class AddIndexConcurrently(migrations.AddIndex):
    """An index of the model's. On SQLite, where no other process can write meanwhile anyway, an ordinary one."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.remove_index(model, self.index, concurrently=True)
            schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.remove_index(model, self.index, concurrently=True)


class AddPostgreSQLIndex(Operation):
    """An index that Django cannot describe for both databases, for PostgreSQL alone. `columns` is SQL."""

    reduces_to_sql = True

    def __init__(self, model_name: str, columns: str, name: str) -> None:
        self.model_name = model_name
        self.columns = columns
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models do not know it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if _is_postgresql(schema_editor) and self.allow_migrate_model(schema_editor.connection.alias, model):
            table = schema_editor.quote_name(model._meta.db_table)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.name}")
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY {self.name} ON {table} ({self.columns})")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_postgresql(schema_editor):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.name}")

    def describe(self) -> str:
        return f"Create index {self.name} on model {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return self.name


def _is_postgresql(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")
