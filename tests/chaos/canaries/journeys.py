"""What people do in the portal, with canaries in everything they type and read."""

import re
import time
from dataclasses import dataclass, field

from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from inbox import references
from inbox.securemail import Direction
from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import Consumer
from portal.accounts.signup import invitations
from tests.accounts.federation.handoff.company import token
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import add_totp, mailed_code
from tests.chaos.canaries.words import (
    ADDRESS,
    DRAFT,
    FIRST_NAME,
    LETTER,
    NEW_PASSWORD,
    PASSWORD,
    SEARCHED,
    TYPED,
)
from tests.conftest import sign_in
from tests.embed.framing import PREFIX
from tests.embed.hand_off_requests import HAND_OFF_URL, hand_off
from tests.inbox.helpers import message_at
from tests.inbox.windows import Window
from tests.support.sandbox import Sandbox

CLAIMS = "Claims01"
WRONG_CODE = "0000-0000"


@dataclass
class Journey:
    """A browser, the answers it got, what opens something, and what names a message."""

    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    answers: list[HttpResponse] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)

    def get(self, path: str, **query: str) -> HttpResponse:
        return self.keep(self.browser.get(path, query))

    def post(self, path: str, **fields: object) -> HttpResponse:
        cache.clear()  # The limits on codes and passwords are tested elsewhere.
        return self.keep(self.browser.post(path, fields))

    def keep(self, answer: HttpResponse) -> HttpResponse:
        self.answers.append(answer)
        if session := self.browser.cookies.get("sessionid"):
            self.keys |= {session.value} - {""}
        return answer

    def code(self) -> str:
        """The code that was just mailed."""
        code = mailed_code()
        self.keys |= {code, code.replace("-", "")}
        return code

    def error_pages(self) -> str:
        return "\n".join(answer.content.decode() for answer in self.answers if answer.status_code >= 400)


def sign_up(journey: Journey) -> None:
    names = {"first_name": FIRST_NAME, "last_name": "Quail-Quail"}
    journey.post("/accounts/signup/", **names, email=ADDRESS, password1=PASSWORD)
    journey.post("/accounts/confirm-email/", code=WRONG_CODE)
    journey.post("/accounts/confirm-email/", code=journey.code())
    journey.post("/accounts/logout/")


def sign_in_and_out(journey: Journey) -> None:
    """By password, by code, with a forgotten password, with a second step; with mistakes."""
    journey.post("/accounts/login/", login=ADDRESS, password="quail-wrong-password")
    journey.post("/accounts/login/?next=/inbox/claims/", login=ADDRESS, password=PASSWORD)
    journey.post("/accounts/password/change/", oldpassword="quail", password1=NEW_PASSWORD)
    journey.post("/accounts/reauthenticate/", password=PASSWORD)
    journey.post("/accounts/email/", email="quail.new@example.com", action_add="")
    journey.code()
    journey.post("/accounts/logout/")
    journey.post("/accounts/login/code/", email=ADDRESS)
    journey.post("/accounts/login/code/confirm/", code=WRONG_CODE)
    journey.post("/accounts/login/code/confirm/", code=journey.code())
    journey.post("/accounts/logout/")
    journey.post("/accounts/password/reset/", email=ADDRESS)
    confirmed = journey.post("/accounts/password/reset/confirm/", code=journey.code())
    chosen = journey.browser.get(confirmed.url, follow=True).request["PATH_INFO"]
    journey.post(chosen, password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    journey.post("/accounts/logout/")
    secret = add_totp(Consumer.objects.get(email=ADDRESS))
    journey.keys.add(secret)
    journey.post("/accounts/login/", login=ADDRESS, password=NEW_PASSWORD)
    journey.post("/accounts/2fa/authenticate/", code="123456")
    journey.post("/accounts/2fa/authenticate/", code=totp_code(secret))
    journey.get("/accounts/2fa/")


def be_invited(journey: Journey) -> None:
    invitations.invite("quail.invited@example.com")
    path = re.search(r"/accounts/invitation/([^/\s]+)/", mail.outbox[-1].body)
    journey.keys.add(path[1])
    journey.get(path[0])
    journey.post(path[0], first_name=FIRST_NAME, last_name="Quail", password1="quail")
    journey.get("/accounts/invitation/quail-made-up/")


def arrive(journey: Journey, sandbox: Sandbox) -> list[str]:
    """Mail for the consumer: a received and a sent one, and their references."""
    received = sandbox.add(ADDRESS, securebox=CLAIMS, **LETTER)
    sent = sandbox.add(ADDRESS, securebox=CLAIMS, direction="inbound", routing="waiting", **LETTER)
    signed = [
        references.sign(ADDRESS, CLAIMS, received, Direction.OUTBOUND),
        references.sign(ADDRESS, CLAIMS, sent, Direction.INBOUND),
    ]
    journey.references |= {received, sent, *signed}
    return signed


def read(journey: Journey, reference: str) -> None:
    message = f"/inbox/claims/{reference}/"
    paths = [message, f"{message}?view=formatted", f"{message}body/", f"{message}details/"]
    paths += [
        f"/inbox/claims/compose/?reply={reference}",
        f"/inbox/billing/{reference}/",
    ]  # The last: not there.
    for path in (*paths, "/inbox/claims/?status=unread", "/", "/unread.json"):
        journey.get(path)
    journey.post("/search/", words=SEARCHED)
    journey.post("/search/", words=SEARCHED * 50)


def draft(journey: Journey) -> None:
    """Save a draft, save it as the script does, send it; and submit a form that is not valid any longer."""
    window = Window(journey.browser)
    window.save(**DRAFT).autosave(**DRAFT)
    window.send(**TYPED)
    journey.post("/inbox/claims/compose/", **TYPED, form="forged")


def send(journey: Journey) -> None:
    """Send a message, and look at what became of it."""
    sent = journey.post("/inbox/claims/compose/", **TYPED)
    if sent.status_code == 302:
        page = f"/outgoing/{message_at(sent.url).nonce}/"
        for path in (sent.url, page, f"{page}state.json", f"{page}receipt/", "/outgoing/"):
            journey.get(path)


def tidy_up(journey: Journey, received: str, sent: str) -> None:
    journey.post("/inbox/claims/selected/", action="read", reference=received)
    journey.post("/inbox/claims/selected/", action="delete", reference=received)
    journey.post(f"/inbox/claims/{received}/withdraw/")
    journey.post(f"/inbox/claims/{sent}/withdraw/")
    journey.post(f"/inbox/claims/{received}/delete/")
    journey.post(f"/inbox/claims/{received}/purge/")
    journey.get("/accounts/activity/")
    journey.get("/accounts/activity/download/csv/")
    journey.get("/accounts/devices/")


def administer() -> Journey:
    operator = Journey(sign_in(make_superuser("Olga")))
    quail = Consumer.objects.get(email=ADDRESS)
    consumers = "/admin/accounts/consumer/"
    operator.get(consumers, q=ADDRESS)
    operator.get(f"{consumers}{quail.pk}/change/")
    operator.post(f"{consumers}{quail.pk}/change/", first_name=FIRST_NAME, last_name="Quail")
    operator.get("/admin/accounts/activity/", q=ADDRESS)
    operator.get(f"{consumers}{ADDRESS}/change/")
    return operator


def be_handed_over(journey: Journey) -> None:
    now = int(time.time())
    changes = [
        {},
        {"exp": now - 60},
        {"email": "quail@@example.com"},
        {"sub": "quail" * 100},
        {"jti": "quail"},
    ]
    for change in changes:
        text = token(**{"email": "quail.handed@example.com", "name": "Quail", "sub": "quail-1", **change})
        journey.keys.add(text)
        journey.keep(hand_off(journey.browser, text))
    journey.keep(hand_off(journey.browser, "quail.quail.quail", HAND_OFF_URL))
    journey.get(f"{PREFIX}/")
