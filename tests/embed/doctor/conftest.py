from collections.abc import Iterator

import pytest

from portal.embed.models import Website
from tests.embed.doctor.servers import Servers
from tests.support.wire import Wire


@pytest.fixture
def servers(db, settings) -> Iterator[Servers]:
    with Wire() as website, Wire() as portal:
        servers = Servers(website, portal)
        settings.PORTAL_URL = servers.portal_origin
        yield servers


@pytest.fixture
def listed(servers, claims) -> Website:
    """The website, listed in the admin."""
    return Website.objects.create(name="The Company", origin=servers.origin)
