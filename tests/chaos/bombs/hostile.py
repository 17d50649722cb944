"""Responses of a hostile upstream, for every operation: hostile by their bytes, their pace or their content."""

import gzip
import json
import socket
import threading
import zlib
from collections.abc import Callable
from functools import cache

from tests.support.wire import Act, Request, drip, envelope, hang, reply

MEGABYTE = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ADDRESSED = {"id": "m1", "direction": "outbound", "status": "unread"}
SUCCESS = envelope()["status"]


def answering(answer: Callable[[str], bytes]) -> Act:
    """A well-formed HTTP response with the body that `answer` returns for the name of the operation."""

    def act(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        return reply(answer(operation(request)))(sock, stopped, request)

    return act


def operation(request: Request) -> str:
    if request.method == "POST":
        return "send"
    last = request.path.rpartition("/")[2]
    return {"securemail": "list", "count": "count", "userdata": "userdata"}.get(last, "get")


def bare(operation: str, part: bytes) -> bytes:
    """A success with these bytes as the data of the operation."""
    key = {"get": "secureMail", "send": "anything"}.get(operation, "data")
    return b'{"referenceId": "r", "operationId": "o", "status": %s, "secureMailId": "m9", "%s": %s}' % (
        json.dumps(SUCCESS).encode(),
        key.encode(),
        part,
    )


def mail(entries: int = 1, **fields: object) -> Act:
    """A mailbox with normal messages, except for these fields."""
    message = {**ADDRESSED, "subject": "Your claim", "text": "We have it.", **fields}
    parts = {
        "list": [message] * entries,
        "count": {"count": entries},
        "userdata": {"CaseNumber": "4711"},
    }
    return answering(lambda operation: bare(operation, json.dumps(parts.get(operation, message)).encode()))


def everywhere(part: bytes) -> Act:
    """These bytes as the data of every operation."""
    return answering(lambda operation: bare(operation, part))


def numbers(digits: int) -> Act:
    """Numbers with so many digits in every field that may hold a number."""
    number = b"9" * digits
    message = b'{"id": "m1", "date": %s, "typeId": %s, "text": %s}' % (number, number, number)
    parts = {"list": b"[%s]" % message, "count": b'{"count": %s}' % number}
    parts |= {"get": message, "userdata": b'{"CaseNumber": %s}' % number}
    return answering(lambda operation: bare(operation, parts.get(operation, number)))


def flood(head: bytes, piece: bytes, size: int) -> Act:
    """Headers, then so many bytes, as fast as the client reads them."""

    def act(sock: socket.socket, stopped: threading.Event, _request: Request) -> bool:
        sock.sendall(head)
        for _ in range(size // len(piece)):
            sock.sendall(piece)
        return False

    return act


def packed(coding: str, pack: Callable[[bytes], bytes]) -> Act:
    """A small body that unpacks to 50 MB. Packed when it is asked for: every process of a test run imports this."""

    def act(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        return reply(_padding(pack), headers=[f"Content-Encoding: {coding}"])(sock, stopped, request)

    return act


@cache
def _padding(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(b'{"padding": "' + b" " * 50 * MEGABYTE + b'"}')


def nested(opening: bytes, closing: bytes, times: int = 100_000) -> bytes:
    return opening * times + closing * times


SPACES = b" " * 65_536
ENDLESS_CHUNK = b"%x\r\n%s\r\n" % (len(SPACES), SPACES)
KEYS = b"{%s}" % b",".join(b'"%d":1' % number for number in range(300_000))
WRONG = {
    "id": ["m1"],
    "subject": {"a": 1},
    "from": 5,
    "to": {"address": {}},
    "date": [],
    "status": 7,
    "text": {},
}

WAITING: dict[str, Act] = {
    "silence": hang,
    "headers drop by drop": drip(HEAD, b"X-Drop: 1\r\n"),
    "a body drop by drop": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "chunks drop by drop": drip(CHUNKED, b"1\r\n \r\n"),
}
"""Responses that never end by themselves."""

NO_ANSWERS: dict[str, Act] = {
    "10 MB": flood(HEAD + b"Content-Length: 10485760\r\n\r\n", SPACES, 10 * MEGABYTE),
    "50 MB": flood(HEAD + b"\r\n", SPACES, 50 * MEGABYTE),
    "50 MB in chunks": flood(CHUNKED, ENDLESS_CHUNK, 50 * MEGABYTE),
    "gzip": packed("gzip", gzip.compress),
    "deflate": packed("deflate", zlib.compress),
    "gzip under another name": packed("identity, GZIP", gzip.compress),
    "an endless chunk length": flood(CHUNKED, b"1" * 1024, 8 * MEGABYTE),
    "endless headers": flood(HEAD, b"X-Header: 1\r\n" * 1024, 8 * MEGABYTE),
    "an endless header": flood(HEAD + b"X-Header: ", b"1" * 1024, 8 * MEGABYTE),
    "endless interim answers": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1024, 8 * MEGABYTE),
    "a length beyond all bounds": flood(
        HEAD + b"Content-Length: %s\r\n\r\n" % (b"9" * 5000), SPACES, 5 * MEGABYTE
    ),
    "a length below zero": flood(HEAD + b"Content-Length: -5\r\n\r\n", SPACES, 5 * MEGABYTE),
    "two lengths": flood(HEAD + b"Content-Length: 5, 10\r\n\r\n", b" ", 10),
    "lists in lists": reply(nested(b"[", b"]")),
    "lists in lists without an end": reply(b"[" * 4_000_000),
    "objects in objects": reply(nested(b'{"a":', b"}", 500_000)),
    "lists in lists as data": everywhere(nested(b"[", b"]")),
    "a whole number of 4,000,000 digits": everywhere(b"9" * 4_000_000),
    "a number beyond all bounds": everywhere(b"1e999999999"),
    "NaN": everywhere(b"NaN"),
    "Infinity": everywhere(b'{"count": Infinity}'),
    "no UTF-8": reply(b"\xff\xfe" * 1000),
}
"""Responses that are not valid in the API at all."""

ODD_ANSWERS: dict[str, Act] = {
    "counts of 4,000 digits": numbers(4_000),
    "counts of 4,300 digits": numbers(4_300),
    "300,000 keys": everywhere(KEYS),
    "2,000,000 tiny entries": everywhere(b"[%s0]" % (b"0," * 1_900_000)),
    "1,000,000 empty objects": everywhere(b"[%s{}]" % (b"{}," * 1_200_000)),
    "300,000 tiny messages": everywhere(b'[%s{"id":"a"}]' % (b'{"id":"a"},' * 300_000)),
    "wrong types everywhere": answering(lambda operation: bare(operation, json.dumps(WRONG).encode())),
    "wrong types in a list": mail(**WRONG),
    "a list as an object": everywhere(b'{"count": "3", "id": {}, "text": [1]}'),
}
"""Responses with JSON and a status of success, but unexpected data."""

LETTERS: dict[str, Act] = {
    "a subject of 4 MB": mail(subject="s" * 4_000_000),
    "a list of long subjects": mail(10, subject="s" * 400_000),
    "a text of 4 MB": mail(text="word " * 800_000),
    "a text of links": mail(text="www.example.com " * 16_000),
    "a text of brackets": mail(text="https://example.com/" + "(" * 200_000),
    "a text of lines": mail(text="\n" * 4_000_000),
    "4 MB of HTML": mail(text=None, html="<p>word</p>" * 350_000),
    "100,000 nested tags": mail(text=None, html="<div>" * 100_000),
    "nested tags that are almost allowed": mail(text=None, html=("<b>" * 250 + "</b>" * 250) * 140),
    "100,000 opened tags": mail(text=None, html="<" * 250_000),
    "comments": mail(text=None, html="<!--" * 60_000),
    "tables in tables": mail(text=None, html="<table><tr><td>" * 15_000),
    "misnested formatting": mail(
        text=None, html="<p>" + "<b><i><a href=https://a.example>" * 6_000 + "</p>" * 6_000
    ),
    "formatting opened again": mail(
        text=None, html="<div>" + "".join(f"<b id={n}>" for n in range(250)) + "</div>" + "<p>x" * 62_000
    ),
    "entities": mail(text=None, html="&amp;" * 50_000),
    "attributes": mail(text=None, html="<p " + "a=1 " * 60_000 + ">"),
    "a list of such letters": mail(10, text=None, html="<div>" * 70_000),
    "addresses without end": mail(11, to=["a@b.example, " * 150] * 100),
    "addresses in comments": mail(11, to=["@" + "(" * 1_900] * 100),
    "a sender of 4 MB": mail(**{"from": {"personal": "n" * 4_000_000}}),
}
"""Valid responses with hostile messages."""

HOSTILE = WAITING | NO_ANSWERS | ODD_ANSWERS | LETTERS
