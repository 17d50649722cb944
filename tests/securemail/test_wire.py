"""The server on raw sockets that other tests use: whatever a client leaves undone, its `with` statement ends."""

import socket

import pytest

from tests.support import wire
from tests.support.certificates import self_signed
from tests.support.patience import a_minute_at_most
from tests.support.wire import Wire

HALF = b"POST /nexus/v3/securemail HTTP/1.1\r\nContent-Length: 10\r\n\r\nhello"


@pytest.mark.parametrize("sent", [HALF, HALF.removesuffix(b"hello"), HALF[:20], b""])
@pytest.mark.parametrize("hangs_up", [True, False])
def test_a_request_that_never_comes_whole_holds_nothing_up(sent, hangs_up):
    with a_minute_at_most(), socket.socket() as client:
        with Wire() as server:
            client.connect(("127.0.0.1", server.port))
            client.sendall(sent)
            if hangs_up:
                client.shutdown(socket.SHUT_WR)
                assert client.recv(1) == b""
        assert server.requests == []


def test_a_client_that_never_begins_with_tls_holds_nothing_up(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "SEND_SECONDS", 0.1)
    with a_minute_at_most(), socket.socket() as client:
        with Wire(self_signed(tmp_path, "localhost").context()) as server:
            client.connect(("127.0.0.1", server.port))
        assert server.requests == []
