import pytest

from portal.accounts.models import Company
from tests.accounts.hand_off.company import make_company


@pytest.fixture
def company(db) -> Company:
    return make_company("first")
