import pytest
from django.test import Client

from tests.accounts.operators import make_clerk, make_superuser
from tests.conftest import sign_in


@pytest.fixture
def clerk(db) -> Client:
    """The browser of Clara, an operator without superuser rights."""
    return sign_in(make_clerk("Clara"))


@pytest.fixture
def superuser(db) -> Client:
    """The browser of Olga, a superuser."""
    return sign_in(make_superuser("Olga"))
