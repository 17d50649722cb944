"""A handle on a running sandbox: starts one, arranges its mail and faults, and looks at what reached it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from datetime import datetime
from email.message import Message
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from select import select
from types import EllipsisType, TracebackType
from typing import IO, Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

PROJECT = Path(__file__).resolve().parents[2]
# A busy machine may take its time; what takes longer than this hangs.
START_SECONDS = 120.0
ANSWER_SECONDS = 120.0


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


# Neither a proxy of the environment nor a redirect may stand between a test and the sandbox.
_opener = build_opener(ProxyHandler({}), NoRedirects)


class Sandbox:
    """A sandbox in a process and a database of its own. End it with `stop` or a `with` statement."""

    def __init__(self, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-")
        self.may_have_faults = False  # Since the last reset.
        self._control_connections: dict[int, HTTPConnection] = {}  # By thread.
        database = Path(self._folder.name) / "sandbox.sqlite3"
        command = [
            sys.executable,
            "manage.py",
            "sandbox",
            "--port",
            "0",
            "--database",
            str(database),
            *options,
        ]
        # The test run's own settings module must not become the sandbox's.
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE)  # noqa: S603  A command of our own.
        try:
            self.url = self._first_line().split()[-1]
        except BaseException:
            self.stop()
            raise
        self.root = self.url.removesuffix("/nexus/v3")
        self.api_key = "sandbox-key"

    def _first_line(self) -> str:
        output = self._output()
        ready, _, _ = select([output], [], [], START_SECONDS)
        line = output.readline().decode() if ready else ""
        if not line.startswith("Secure Email API sandbox on http://127.0.0.1:"):
            raise RuntimeError(f"The sandbox did not start; it said: {line!r}")
        return line

    def _output(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def stop(self) -> int:
        """Ends the process and removes its database. Returns the exit status."""
        for connection in self._control_connections.values():
            connection.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self._output().close()
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Mail

    def add(
        self,
        address: str,
        subject: str = "Your claim",
        *,
        securebox: str = "",
        direction: str = "outbound",
        text: str = "We have received your documents.",
        html: str | None = None,
        date: datetime | str | None = None,
        status: str = "unread",
        **more: Any,
    ) -> str:
        """Stores a message and returns its id. `more`: from_name, userdata, parent_id, routing."""
        message = {"address": address, "subject": subject, "text": text, "html": html}
        message |= {"securebox": securebox, "direction": direction, "status": status, **more}
        if date is not None:
            message["date"] = date if isinstance(date, str) else date.isoformat()
        return str(self.control("POST", "/messages", message)["id"])

    def add_many(self, messages: list[dict[str, Any]]) -> list[str]:
        """Stores many messages at once, each with the fields of the control endpoint; returns their ids."""
        return list(self.control("POST", "/messages", {"messages": messages})["ids"])

    def messages(self, address: str | None = None) -> list[dict[str, Any]]:
        """Everything stored, newest first, deleted messages included."""
        query = f"?{urlencode({'address': address})}" if address else ""
        return list(self.control("GET", f"/messages{query}")["messages"])

    def answer(self, message_id: str, text: str = "Thank you, all is well.") -> str:
        """Answers a waiting message as an agent does; returns the answer's id."""
        return str(self.control("POST", "/answer", {"id": message_id, "text": text})["id"])

    def reset(self) -> None:
        """No messages, no contacts, no calls, no faults, no dialects."""
        self.control("POST", "/reset", {})

    # Calls and faults

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """What reached the API, in order."""
        calls = self.control("GET", "/calls")["calls"]
        return [call for call in calls if operation in (None, call["operation"])]

    def forget_calls(self) -> None:
        self.control("DELETE", "/calls")

    def fault(self, kind: str, *, operation: str = "*", **parameters: Any) -> str:
        """Switches a fault on and returns its id. `parameters`: address, securebox, times, the kind's own."""
        fault = {"kind": kind, "operation": operation, **parameters}
        return str(self.control("POST", "/faults", fault)["id"])

    def hits(self) -> int:
        """How many calls the faults that are on have applied to."""
        return sum(fault["hits"] for fault in self.control("GET", "/faults")["faults"])

    def heal(self) -> None:
        """Switches all faults off; calls that hang are dropped."""
        self.control("DELETE", "/faults")

    # Dialects

    def dialect(self, *names: str) -> None:
        """Switches dialects on, such as "oldest-first" or "cap=5". `reset` and `standard` switch them off."""
        self.control("POST", "/dialects", {"dialects": list(names)})

    def standard(self) -> None:
        """Back to the dialects that the sandbox was started with."""
        self.control("DELETE", "/dialects")

    # The wire

    def api(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | EllipsisType | None = ...,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """A raw call: `path` below the base path, `body` sent as JSON, `key=None` sends no key."""
        url = f"{self.url}{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        key = self.api_key if key is ... else key
        sent = {"Content-Type": "application/json"} | ({"x-api-key": key} if key is not None else {})
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        status, _, answer = self.http(method, url, data, sent | dict(headers or {}))
        return status, json.loads(answer)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        self.may_have_faults = path != "/reset" and (self.may_have_faults or path.startswith("/faults"))
        data = None if body is None else json.dumps(body).encode()
        connection = self._control_connection()
        try:
            connection.request(method, f"/control{path}", data, {"Content-Type": "application/json"})
            with connection.getresponse() as response:
                status, answer = response.status, response.read()
        except BaseException:
            connection.close()  # The next call must not read the answer of this one.
            raise
        if status != 200:
            raise ValueError(f"{method} /control{path}: {status} {answer.decode()}")
        return dict(json.loads(answer))

    def _control_connection(self) -> HTTPConnection:
        """Kept, one for each thread: for each new one, the sandbox starts a thread and opens its database."""
        thread = threading.get_ident()
        if thread not in self._control_connections:
            host = self.root.removeprefix("http://")
            self._control_connections[thread] = HTTPConnection(host, timeout=ANSWER_SECONDS)
        return self._control_connections[thread]

    def http(
        self, method: str, url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Message, bytes]:
        """Status, headers and bytes of any answer, error answers included."""
        request = Request(url, data, dict(headers or {}), method=method)
        try:
            response: HTTPResponse | HTTPError = _opener.open(request, timeout=ANSWER_SECONDS)
        except HTTPError as error:
            response = error
        with response:
            return int(response.status or 0), response.headers, response.read()


def start_sandbox(*options: str) -> Sandbox:
    """A fresh sandbox, for instance for a session-scoped fixture. `options` go to `manage.py sandbox`."""
    return Sandbox(*options)
