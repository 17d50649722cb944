from collections.abc import Iterator

import pytest

from portal.embed.models import Website
from tests.embed.doctor.stage import Stage
from tests.support.wire import Wire


@pytest.fixture
def stage(db, settings) -> Iterator[Stage]:
    with Wire() as host, Wire() as portal:
        stage = Stage(host, portal)
        settings.PORTAL_URL = stage.portal_origin
        yield stage


@pytest.fixture
def listed(stage, claims) -> Website:
    """The stage's website, in the admin."""
    return Website.objects.create(name="The Company", origin=stage.origin)
