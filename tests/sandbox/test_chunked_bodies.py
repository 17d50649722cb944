"""Request bodies that are sent in chunks, as proxies and many clients do."""

import http.client
import json
import socket
from io import BytesIO

import pytest

from portal.sandbox.chunks import MalformedChunksError, read_chunked
from tests.sandbox.helpers import ALICE, stored
from tests.support.sandbox import Sandbox

HEAD = "POST /nexus/v3/securemail HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: sandbox-key\r\n"
CHUNKED = f"{HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
NEXT_REQUEST = b"GET /nexus/v3/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
MEBIBYTE = 1024 * 1024


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.root.rpartition(":")[2])


def answers_to(sandbox: Sandbox, request: bytes) -> bytes:
    """What the server sends until it closes the connection, or until nobody would send it any more."""
    with socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_chunked_body_is_read_and_the_connection_goes_on(sandbox):
    body = json.dumps({"data": {"fromAddress": ALICE, "text": "Grüße " * 1000}}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port_of(sandbox), timeout=60)
    headers = {"x-api-key": "sandbox-key", "Content-Type": "application/json"}
    for _ in range(2):
        chunks = iter([body[:1], body[1:4000], body[4000:]])
        connection.request("POST", "/nexus/v3/securemail", chunks, headers, encode_chunked=True)
        answer = json.loads(connection.getresponse().read())
        assert stored(sandbox, answer["secureMailId"])["text"] == "Grüße " * 1000
    assert sandbox.calls("send")[0]["body"] == json.loads(body)
    connection.close()


def test_the_limit_of_a_body_holds_for_chunks_too(sandbox):
    chunk = b"100000\r\n" + b"x" * MEBIBYTE + b"\r\n"
    request = f"{CHUNKED}\r\n".encode() + chunk + b"1\r\nx\r\n0\r\n\r\n"
    answers = answers_to(sandbox, request + NEXT_REQUEST)
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert b"it is larger than 1048576 bytes" in answers
    assert answers.count(b"HTTP/1.1 200 ") == 1
    assert sandbox.messages() == []


@pytest.mark.parametrize(
    "request_",
    [
        f"{CHUNKED}\r\nxyz\r\n",
        f"{CHUNKED}\r\n5\r\nshort",
        f"{CHUNKED}Content-Length: 5\r\n\r\n0\r\n\r\n",
        f"{HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        f"{CHUNKED}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_a_body_without_a_clear_end_closes_the_connection(sandbox, request_):
    answers = answers_to(sandbox, request_.encode() + NEXT_REQUEST)
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert answers.count(b"HTTP/1.1 ") == 1
    assert sandbox.calls() == []


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"0\r\n\r\n", b""),
        (b"4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", b"Wikipedia"),
        (b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        (b'4 ;name="value"\r\n\r\n\r\n\r\n00\r\nTrailer: x\r\nAnother: y\r\n\r\n', b"\r\n\r\n"),
    ],
)
def test_chunks_are_joined_and_what_follows_is_left(raw, body):
    stream = BytesIO(raw + b"GET /")
    assert read_chunked(stream, 1000) == body
    assert stream.read() == b"GET /"


def test_no_more_is_read_than_allowed():
    stream = BytesIO(b"ffffffff\r\n" + b"x" * 100)
    assert read_chunked(stream, 10) == b"x" * 10
    assert stream.tell() == 20


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"-1\r\n",
        b"0x4\r\nWiki\r\n",
        b"+4\r\nWiki\r\n0\r\n\r\n",
        b"4\nWiki\n0\n\n",
        b"4\r\nWikipedia\r\n0\r\n\r\n",
        b"123456789\r\n",
        b"5\r\nWiki",
        b"0\r\n",
        b"0\r\nTrailer: x",
        b"0\r\n" + b"Trailer: x\r\n" * 1000 + b"\r\n",
        b"0\r\n" + b"x" * 100_000 + b"\r\n\r\n",
        b"4;" + b"x" * 100_000 + b"\r\nWiki\r\n0\r\n\r\n",
    ],
)
def test_malformed_chunks_are_refused(raw):
    with pytest.raises(MalformedChunksError):
        read_chunked(BytesIO(raw), 1000)
