import pytest
from django.core.management import call_command

from portal.accounts.models import Consumer
from tests.accounts.signing_in import PASSWORD


@pytest.fixture
def anna(db) -> Consumer:
    """She signs in with a password, where others' sessions are made ready for their tests."""
    call_command("consumer", "anna@example.com", first_name="Anna", password=PASSWORD, verbosity=0)
    return Consumer.objects.get(email="anna@example.com")
