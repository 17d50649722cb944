import pytest

from portal.accounts.models import Company
from tests.accounts.federation.handoff.company import make_company


@pytest.fixture
def company(db) -> Company:
    return make_company("first")
