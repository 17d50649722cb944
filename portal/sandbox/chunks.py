"""Read the body of a request that is sent in chunks (RFC 9112, section 7.1). Python's own server cannot."""

import re
from typing import BinaryIO

SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
MAX_LINE = 1024  # Bytes of the line before a chunk, or of one field after the last chunk.
MAX_TRAILERS = 20


class MalformedChunksError(ValueError):
    """The body is not as the RFC says, or ends early."""


def read_chunked(stream: BinaryIO, limit: int) -> bytes:
    """The body without what separates its chunks. Of a body longer than `limit` bytes, no more than that is read."""
    body = bytearray()
    while size := _size_of_next(stream):
        body += _exactly(stream, min(size, limit - len(body)))
        if len(body) == limit:
            return bytes(body)
        if stream.read(2) != b"\r\n":
            raise MalformedChunksError
    _skip_trailers(stream)
    return bytes(body)


def _size_of_next(stream: BinaryIO) -> int:
    match = SIZE_LINE.fullmatch(stream.readline(MAX_LINE))
    if match is None:
        raise MalformedChunksError
    return int(match[1], 16)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    chunk = stream.read(size)
    if len(chunk) < size:
        raise MalformedChunksError
    return chunk


def _skip_trailers(stream: BinaryIO) -> None:
    for _ in range(MAX_TRAILERS):
        line = stream.readline(MAX_LINE)
        if line == b"\r\n":
            return
        if not line.endswith(b"\r\n"):
            break
    raise MalformedChunksError
