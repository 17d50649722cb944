import pytest

from portal.embed.models import Website
from tests.embed.framing import HOST


@pytest.fixture
def website(db) -> Website:
    """Shows all boxes, and lets people sign in inside the frame."""
    return Website.objects.create(name="The Company", origin=HOST)
