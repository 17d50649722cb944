from django.core.management import call_command


def test_the_migrations_are_those_of_the_models(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
