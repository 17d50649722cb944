"""What the doctor says of certificates that expire soon."""

import pytest

from portal.findings import State
from portal.operations.doctor import certificates
from tests.support.certificates import self_signed
from tests.support.wire import Wire


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [(200, State.OK, "is valid for another"), (10, State.WARNING, "expires in 10 days")],
)
def test_the_servers_certificate_is_looked_at(settings, tmp_path, days, state, words):
    shown = self_signed(tmp_path, "127.0.0.1", days=days)
    with Wire(shown.context()) as wire:
        settings.SECUREMAIL_API_URL, settings.SECUREMAIL_CA_FILE = wire.url, shown.chain
        (finding,) = certificates.look("")
    assert finding.state == state and words.replace("10 days", "") in finding.message


def test_our_own_certificate_is_looked_at(settings, tmp_path):
    ours = self_signed(tmp_path, "portal", days=10)
    settings.SECUREMAIL_CLIENT_CERTIFICATE, settings.SECUREMAIL_CLIENT_KEY = ours.chain, ours.key
    (finding,) = certificates.look("")
    assert finding.state == State.WARNING and finding.message.startswith("The portal's own certificate")


def test_a_server_that_is_away_is_found_by_another_examination(settings):
    settings.SECUREMAIL_API_URL = "https://127.0.0.1:9/nexus/v3"
    assert list(certificates.look("")) == []
