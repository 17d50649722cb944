"""A browser in which one person views the pages of a server on this machine. It keeps cookies and its connection."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from tests.support.html_forms import hidden_fields

SECONDS = 60.0  # What takes longer hangs.


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def hidden_fields(self) -> dict[str, str]:
        return hidden_fields(self.text)


class Visitor:
    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.cookies = dict(cookies or {})
        self._connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def get(self, path: str, **headers: str) -> Answer:
        """A page of status 200; anything else is an error of the measurement."""
        answer = self.ask("GET", path, headers)
        assert answer.status == 200, (path, answer)
        return answer

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """What a form is answered with. Redirects are not followed."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        answer = self.ask("POST", path, form, urlencode(fields))
        assert answer.status in (200, 302), (path, answer)
        return answer

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Answer:
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent = {**headers, **(cookies if self.cookies else {})}
        try:
            response = self._response(method, path, body, sent)
        except ConnectionError:  # The server has closed a connection that was idle for too long.
            self._connection.close()
            response = self._response(method, path, body, sent)
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location", ""), text)

    def _response(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> HTTPResponse:
        self._connection.request(method, path, body, dict(headers))
        return self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()
