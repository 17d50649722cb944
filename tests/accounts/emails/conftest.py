from collections.abc import Iterator

import pytest

from portal.accounts.emails import queue
from tests.support.smtp import MailServer, mail_server, use_mail_server


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    """A mail server, which the portal uses."""
    with mail_server() as running:
        use_mail_server(settings, running.port)
        yield running


@pytest.fixture
def left_to_deliver(monkeypatch) -> None:
    """The process that queued a mail has ended before it could try it."""
    monkeypatch.setattr(queue, "_after_commit", lambda _pk: None)
