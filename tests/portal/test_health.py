import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.postgresql("portal.health")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_checks_accept_any_host(client, db, address):
    response = client.get(address, headers={"host": "10.0.0.5:8000"})
    assert (response.status_code, response.content) == (200, b"ok")


def test_without_a_database_the_portal_is_alive_but_not_ready(client, db, monkeypatch):
    def refuse():
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
