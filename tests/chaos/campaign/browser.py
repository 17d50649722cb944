"""A consumer's browser: it requests the portal's pages and posts their forms."""

import html
import re
import uuid
from concurrent.futures import Executor
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from inbox.outgoing import compose_token
from tests.chaos.campaign.plan import Plan

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
STATE = re.compile(r'data-state="([a-z]+)"')

_handler = ClientHandler(enforce_csrf_checks=False)


@dataclass(frozen=True)
class OpenForm:
    """The hidden fields of the forms on a page. Each button posts them."""

    fields: dict[str, str]

    @property
    def nonce(self) -> str:
        """The nonce of the compose form: its message will have the same."""
        return str(uuid.UUID(str(compose_token.read(self.fields["form"]).nonce)))


class Browser:
    """Signed in with the key of a session. Safe to share between threads. `fingers` runs simultaneous clicks."""

    def __init__(self, session: str, fingers: Executor) -> None:
        self._session = session
        self._fingers = fingers

    def submit(self, plan: Plan, form: OpenForm, clicks: int) -> list[HttpResponse]:
        """Press Send several times at once, and return all responses."""
        address = f"/inbox/{plan.box}/compose/"
        fields = form.fields | {"subject": plan.subject, "text": plan.text, "action": "send"}
        others = [self._fingers.submit(self.post, address, fields) for _ in range(clicks - 1)]
        return [self.post(address, fields), *(other.result() for other in others)]

    def get(self, address: str) -> HttpResponse:
        return self._client().get(address)

    def post(self, address: str, fields: dict[str, str]) -> HttpResponse:
        return self._client().post(address, fields)

    def _client(self) -> Client:
        client = new_client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self._session
        return client


def new_client() -> Client:
    """A browser without cookies."""
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    # Shared by all clients: each new handler would read the whole folder of static files.
    client.handler = _handler
    return client


def form_on(page: HttpResponse) -> OpenForm:
    inputs = HIDDEN.findall(page.content.decode())
    return OpenForm({_attribute(each, "name"): _attribute(each, "value") for each in inputs})


def state_on(page: HttpResponse) -> str:
    """The state that the page of a message shows, or an empty text."""
    found = STATE.search(page.content.decode())
    return found[1] if found else ""


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""
