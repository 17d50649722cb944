"""A consumer's browser, which sees the portal through the proxy, or one instance of it."""

import ssl
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlencode

from tests.support.html_forms import hidden_fields

_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str

    @property
    def hidden_fields(self) -> dict[str, str]:
        return hidden_fields(self.text)


@dataclass
class Visitor:
    """With `instance`, the port of one of them, that is asked as the proxy asks it; without, the proxy is."""

    https: int
    context: ssl.SSLContext
    cookies: dict[str, str] = field(default_factory=dict)
    instance: int | None = None

    def at(self, instance: int) -> "Visitor":
        """The same browser, of which one instance gets the requests."""
        return Visitor(self.https, self.context, self.cookies, instance)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def compose(self, path: str) -> dict[str, str]:
        """The fields of a fresh form for a message."""
        page = self.get(path)
        assert page.status == 200, page
        return page.hidden_fields

    def send(self, path: str, subject: str, form: dict[str, str] | None = None) -> Answer:
        fields = form or self.compose(path)
        return self.post(path, fields | {"subject": subject, "text": f"About {subject}.", "action": "send"})

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        origin = f"https://localhost:{self.https}"
        headers = {
            "Host": f"localhost:{self.https}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Origin": origin,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with closing(self._connection(headers)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            location = response.headers.get("Location", "").removeprefix(origin)
            return Answer(response.status, location, response.read().decode())

    def _connection(self, headers: dict[str, str]) -> HTTPConnection:
        if self.instance is None:
            return HTTPSConnection("localhost", self.https, timeout=_SECONDS, context=self.context)
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        return HTTPConnection("127.0.0.1", self.instance, timeout=_SECONDS)
