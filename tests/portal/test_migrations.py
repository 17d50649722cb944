import pytest
from django.core.management import call_command

pytestmark = pytest.mark.postgresql


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
