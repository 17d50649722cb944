from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from portal.database import migration_lock


class Command(migrate.Command):
    """Django's own, one at a time: two at once would fail half way, or do the same step twice."""

    def handle(self, *args: Any, **options: Any) -> None:
        with migration_lock.held(connections[options["database"]], self.stdout.write):
            super().handle(*args, **options)
