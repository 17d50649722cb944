"""Whether the database has the tables of this release."""

import pkgutil
from functools import cache
from importlib import import_module

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def missing_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations of this release that are not applied, such as "inbox.0007_name". Raises DatabaseError.

    More may be applied: during an upgrade, processes of the release before go on with the tables of the new one.
    """
    rows = MigrationRecorder.Migration.objects.using(connection.alias).values_list("app", "name")
    applied = set(rows) if MigrationRecorder(connection).has_table() else set()
    return [f"{app}.{name}" for app, name in _of_this_release() if (app, name) not in applied]


@cache
def _of_this_release() -> list[tuple[str, str]]:
    """Their names alone: importing them all would take a tenth of a second and some megabytes."""
    found = []
    for app in apps.get_app_configs():
        name, _is_explicit = MigrationLoader.migrations_module(app.label)
        try:
            package = import_module(name) if name else None
        except ModuleNotFoundError:
            continue
        modules = pkgutil.iter_modules(package.__path__) if package else ()
        found += [(app.label, module.name) for module in modules if module.name[0] not in "_~"]
    return found
