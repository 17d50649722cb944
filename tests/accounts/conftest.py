import pytest
from django.core.management import call_command

from portal.accounts.models import Consumer
from tests.accounts.signing_in import PASSWORD


@pytest.fixture
def anna(db) -> Consumer:
    """A consumer with a password, who signs in through the pages. Other consumers get their sessions from fixtures."""
    call_command("consumer", "anna@example.com", first_name="Anna", password=PASSWORD, verbosity=0)
    return Consumer.objects.get(email="anna@example.com")
