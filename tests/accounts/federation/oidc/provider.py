"""The running provider, and a person who signs in with it."""

import json
import subprocess
import sys
from select import select
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.http import HttpResponse
from django.test import Client

START_SECONDS = 120.0  # A busy machine may take its time.
DISCOVERY = "/.well-known/openid-configuration"
CALLBACK = "/accounts/company/callback/"


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = build_opener(ProxyHandler({}), NoRedirects)


class Provider:
    """The process of `provider_process`: oidc-provider-mock with answers that tests can change."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.accounts.federation.oidc.provider_process"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603  A command of our own.
        ready, _, _ = select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        if "http://" not in line:
            self.stop()
            raise RuntimeError(f"The provider did not start; it said: {line!r}")
        self.issuer = line.split()[-1]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def register(self, portal: str, **options: str) -> tuple[str, str]:
        """Register this portal as a client. Its id and its secret."""
        client = self._json("POST", "/oauth2/clients", {"redirect_uris": [portal + CALLBACK], **options})
        return client["client_id"], client["client_secret"]

    def add_person(self, subject: str, **claims: object) -> None:
        self._json("PUT", f"/users/{subject}", claims)

    def tamper(self, **changes: object) -> None:
        """Change all later answers as `provider_process` describes. Without arguments, they are correct again."""
        self._json("PUT", "/tamper", changes)

    def requested_paths(self) -> list[str]:
        """The paths of all requests, in order."""
        return self._json("GET", "/requested")

    def authorize(self, url: str, **form: str) -> str:
        """Submit the provider's sign-in page. The URL to which it redirects."""
        assert url.startswith(self.issuer)
        location, _body = self._ask(Request(url, urlencode(form).encode()))
        return location

    def _json(self, method: str, path: str, content: object = None) -> Any:
        body = json.dumps(content).encode() if content is not None else None
        headers = {"Content-Type": "application/json"}
        _location, answer = self._ask(Request(self.issuer + path, body, headers, method=method))
        return json.loads(answer) if answer else None

    def _ask(self, request: Request) -> tuple[str, bytes]:
        try:
            answer = _opener.open(request, timeout=120)
        except HTTPError as redirect:
            answer = redirect
        with answer:
            body = answer.read()
            assert answer.status < 400, body
            return answer.headers.get("Location", ""), body


def begin_sign_in(client: Client, **form: str) -> HttpResponse:
    """Press the button on the sign-in page."""
    return client.post("/accounts/company/", form)


def complete_sign_in(
    client: Client, provider: Provider, subject: str = "anna-1", **form: str
) -> HttpResponse:
    """The whole way: the button, the provider's page, and back. The portal's last answer."""
    back = provider.authorize(begin_sign_in(client, **form).url, sub=subject)
    return client.get(back.removeprefix("http://localhost:8000"))


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def main_text(response: HttpResponse) -> str:
    """The HTML of the main element, with single spaces."""
    html = response.content.decode()
    return " ".join(html[html.index("<main") :].split())
