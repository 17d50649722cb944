"""An API that answers after 50 ms and takes hardly any processor, so that many calls at once wait for nothing else.

    python -m tests.perf.quick_upstream http://127.0.0.1:8001/nexus/v3

It repeats what the sandbox at this address has answered to the same request, and prints its own port.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from subprocess import PIPE, Popen
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tests.support.sandbox import Sandbox

DELAY = 0.05  # Seconds.


@contextmanager
def quick_upstream(sandbox: Sandbox) -> Iterator[str]:
    """The base URL of one that runs in a process of its own."""
    command = [sys.executable, "-m", __name__, sandbox.url]
    with Popen(command, stdout=PIPE, text=True) as process:  # noqa: S603  Ours.
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            yield f"http://127.0.0.1:{port}{urlsplit(sandbox.url).path}"
        finally:
            process.terminate()


@cache
def _answer(root: str, target: str, key: str) -> bytes:
    with urlopen(Request(root + target, headers={"x-api-key": key})) as response:
        body: bytes = response.read()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _serve(root: str) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await _read_head(reader):
            first, *headers = request.split("\r\n")
            named = dict(line.lower().split(": ", 1) for line in headers if ": " in line)
            answer = _answer(root, first.split(" ")[1], named["x-api-key"])
            await asyncio.sleep(DELAY)
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201  For the process that started it.
    await server.serve_forever()


async def _read_head(reader: asyncio.StreamReader) -> str:
    """Empty once the connection has ended."""
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


if __name__ == "__main__":
    url = urlsplit(sys.argv[1])
    asyncio.run(_serve(f"{url.scheme}://{url.netloc}"))
