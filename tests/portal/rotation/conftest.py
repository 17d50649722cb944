"""Fixtures that replace SECRET_KEY, in the steps of docs/going-live.md."""

import pytest

from tests.accounts.federation.oidc.conftest import provider, running_provider  # noqa: F401  Fixtures.


@pytest.fixture
def rotate(settings):
    """Replace SECRET_KEY; the old one goes among the fallbacks."""

    def replace() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "the-new-key-of-these-tests-" + "n" * 30

    return replace


@pytest.fixture
def forget(settings):
    """Drop the old key."""
    return lambda: setattr(settings, "SECRET_KEY_FALLBACKS", [])
