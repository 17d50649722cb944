"""Migrations run while processes of the release before still serve: CONTRIBUTING.md, "Add a migration"."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

from portal.accounts.models import Consumer
from portal.database.migration_operations import AddIndexConcurrently, AddPostgreSQLIndex

pytestmark = pytest.mark.postgresql

# The last migration of each app that is older than this rule.
BEFORE = {"accounts": "0008", "embed": "0001", "inbox": "0006", "portal": "0001"}

_ALWAYS = (
    migrations.CreateModel,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    AddIndexConcurrently,
    AddPostgreSQLIndex,
)


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def problem_of(operation: Operation, app: str, before: ProjectState) -> str:
    """What of the operation breaks a process of the release before, or makes it wait. Empty if nothing does."""
    match operation:
        case migrations.AddField(field=field):
            has_default = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
            return "" if has_default else "a new column needs null=True or a db_default"
        case migrations.AlterField(field=field):
            old = before.models[app, operation.model_name_lower].fields[operation.name]
            return (
                "" if _takes_what_the_old_took(old, field) else "the column would refuse what it took before"
            )
        case migrations.AddIndex() if not isinstance(operation, AddIndexConcurrently):
            return "an index locks the table: use portal.database.migration_operations.AddIndexConcurrently"
        case _:
            return "" if isinstance(operation, _ALWAYS) else "this is a contraction"


def _takes_what_the_old_took(old: models.Field, new: models.Field) -> bool:
    wider = (new.max_length or 0) >= (old.max_length or 0)
    same = old.get_internal_type() == new.get_internal_type() and wider
    return same and new.null >= old.null and new.unique <= old.unique


def problems() -> Iterator[str]:
    loader = MigrationLoader(None)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app not in BEFORE or name[:4] <= BEFORE[app] or getattr(migration, "contracts", ""):
            continue
        concurrent = [
            isinstance(one, AddIndexConcurrently | AddPostgreSQLIndex) for one in migration.operations
        ]
        if any(concurrent) and migration.atomic:
            yield f"{app} {name}: an index that is built concurrently needs atomic = False"
        before = loader.project_state((app, name), at_end=False)
        for operation in migration.operations:
            if problem := problem_of(operation, app, before):
                yield f"{app} {name}, {operation.describe()}: {problem}"
            operation.state_forwards(app, before)


def test_processes_of_the_release_before_survive_each_migration():
    assert list(problems()) == []


STATE = ProjectState.from_apps(apps)


@pytest.mark.parametrize(
    ("operation", "is_fine"),
    [
        (migrations.AddField("consumer", "x", models.DateTimeField(null=True)), True),
        (migrations.AddField("consumer", "x", models.CharField(default="", max_length=9)), False),
        (
            migrations.AddField("consumer", "x", models.CharField(default="", db_default="", max_length=9)),
            True,
        ),
        (migrations.AlterField("consumer", "first_name", models.CharField(max_length=99)), True),
        (migrations.AlterField("consumer", "first_name", models.CharField(max_length=9)), False),
        (migrations.AlterField("consumer", "last_login", models.DateTimeField()), False),
        (migrations.AddIndex("consumer", models.Index(fields=["first_name"], name="x")), False),
        (AddIndexConcurrently("consumer", models.Index(fields=["first_name"], name="x")), True),
        (migrations.RemoveField("consumer", "first_name"), False),
        (migrations.RenameField("consumer", "first_name", "name"), False),
        (migrations.DeleteModel("consumer"), False),
        (migrations.RunPython(migrations.RunPython.noop), False),
    ],
)
def test_the_rule_tells_what_is_safe(operation, is_fine):
    assert (problem_of(operation, "accounts", STATE) == "") is is_fine


def test_a_process_that_does_not_know_a_new_column_still_adds_accounts(db):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO accounts_consumer
                (password, is_superuser, email, first_name, last_name, is_staff, is_active, date_joined)
            VALUES ('!', false, 'old@example.com', '', '', false, true, '2026-11-01T00:00:00Z')"""
        )
    added = Consumer.objects.get(email="old@example.com")
    assert (added.prefers_plain_text, added.uses_shortcuts, added.time_zone) == (False, True, "")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no concurrent indexes.")
@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_interrupted_is_built_again():
    """PostgreSQL leaves an invalid one behind, which it keeps up to date and never uses."""
    operation = AddIndexConcurrently("activity", models.Index(fields=["request_id"], name="activity_request"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'activity_request'::regclass"
        )
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("accounts", editor, STATE, STATE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'activity_request'::regclass")
        assert cursor.fetchone() == (True,)
