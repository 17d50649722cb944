import pytest

from portal.embed.models import Website
from tests.embed.framing import ORIGIN


@pytest.fixture
def website(db) -> Website:
    """A listed website that shows all secureboxes, with sign-in inside the frame."""
    return Website.objects.create(name="The Company", origin=ORIGIN)
