"""Every page that consumers see, in each of its states. Prints them as JSON. Runs with the portal's environment.

It asks through Django's test client, which comes to pages that a browser could not reach without mail or an outage.
"""

import json
import re
from collections.abc import Iterator
from unittest.mock import patch

import django

django.setup()

from django.conf import settings  # noqa: E402  All of these after django.setup().
from django.core import mail  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402

from inbox.models import OutgoingMessage, Securebox  # noqa: E402
from portal.accounts.allauth_compat import totp_code  # noqa: E402
from portal.accounts.models import Consumer  # noqa: E402
from portal.accounts.signup import invitations  # noqa: E402
from tests import conftest  # noqa: E402
from tests.accounts.operators import make_superuser  # noqa: E402
from tests.accounts.signing_in import PASSWORD, mailed_code  # noqa: E402
from tests.embed.framing import IN_FRAME  # noqa: E402
from tests.inbox.helpers import LETTER, compose_form, selectable  # noqa: E402
from tests.judges.mail import LONG  # noqa: E402
from tests.judges.scene import IN_NEIGHBOUR, Scene, make_scene, outgoing  # noqa: E402

State = tuple[str, HttpResponse]
CARD = "My card is 4111 1111 1111 1111."
COMPOSE = "/inbox/claims/compose/"


def browser_of(consumer: Consumer | None = None) -> Client:
    """A browser, behind the proxy."""
    if consumer:
        consumer.refresh_from_db()  # A password that was changed since ends the sessions before.
    browser = conftest.sign_in(consumer) if consumer else Client()
    browser.raise_request_exception = False
    browser.defaults |= {
        "wsgi.url_scheme": "https",
        "HTTP_HOST": settings.PORTAL_URL.removeprefix("https://"),
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    }
    return browser


def opened(browser: Client, **addresses: str) -> Iterator[State]:
    for name, address in addresses.items():
        yield name.replace("_", " "), browser.get(address, follow=True)


def signed_out(scene: Scene) -> Iterator[State]:
    invitations.invite("dora@example.com", first_name="Dora")
    invitation = re.search(r"/accounts/invitation/\S+", mail.outbox[-1].body)[0]
    yield from opened(
        browser_of(),
        sign_in="/accounts/login/",
        session_ended="/accounts/login/?ended",
        forgotten="/accounts/password/reset/",
        sign_in_with_a_code="/accounts/login/code/",
        sign_up="/accounts/signup/",
        invitation=invitation,
        no_invitation="/accounts/invitation/none/",
        switched_off="/accounts/inactive/",
        link_of_a_frame_expired="/embed/continue/none/",
    )
    empty = {"login": "", "password": "", "email": ""}
    yield "sign-in with nothing", browser_of().post("/accounts/login/", empty)
    wrong = {"login": "anna@example.com", "password": "wrong-password-x"}
    yield "sign-in refused", browser_of().post("/accounts/login/", wrong)
    yield "sign-up with nothing", browser_of().post("/accounts/signup/", empty)
    yield "invitation with nothing", browser_of().post(invitation, {})
    yield from codes(scene)
    settings.PORTAL_SIGNUP = "invitation"
    yield "sign-up by invitation", browser_of().get("/accounts/signup/")
    settings.PORTAL_SIGNUP = "open"


def codes(scene: Scene) -> Iterator[State]:
    address = {"email": scene.anna.email}
    browser = browser_of()
    yield "code to sign in", browser.post("/accounts/login/code/", address, follow=True)
    yield "code refused", browser.post("/accounts/login/code/confirm/", {"code": "1"})
    browser = browser_of()
    yield "code for a new password", browser.post("/accounts/password/reset/", address, follow=True)
    confirm = "/accounts/password/reset/confirm/"
    answer = browser.post(confirm, {"code": mailed_code()}, follow=True)
    yield "new password", answer
    yield "new password refused", browser.post(answer.request["PATH_INFO"], {"password1": "short"})
    new = {"password1": PASSWORD}
    yield "new password set", browser.post(answer.request["PATH_INFO"], new, follow=True)
    new = {"first_name": "Nora", "last_name": "N", "email": "nora@example.com", "password1": PASSWORD}
    browser = browser_of()
    yield "address to confirm", browser.post("/accounts/signup/", new, follow=True)
    yield "address not confirmed", browser.post("/accounts/confirm-email/", {"code": "1"})
    browser = browser_of()
    second = {"login": scene.tom.email, "password": PASSWORD}
    yield "second step", browser.post("/accounts/login/", second, follow=True)
    yield "second step refused", browser.post("/accounts/2fa/authenticate/", {"code": "1"})


def home(scene: Scene) -> Iterator[State]:
    yield from opened(browser_of(scene.anna), home="/", search="/search/", drafts_without_any="/outgoing/")
    yield "home, first use", browser_of(scene.ben).get("/")
    yield "home without a department", browser_of(scene.cara).get("/")
    yield "search without a department", browser_of(scene.cara).get("/search/")
    yield "home of which a part failed", browser_of(scene.fay).get("/")


def lists(scene: Scene) -> Iterator[State]:
    anna = browser_of(scene.anna)
    yield from opened(
        anna,
        list="/inbox/claims/",
        unread_list="/inbox/claims/?status=unread",
        read_list="/inbox/claims/?status=read",
        list_with_pages="/inbox/billing/",
        closed_department="/inbox/archive/compose/",
        empty_list="/inbox/archive/",
        no_unread_messages="/inbox/archive/?status=unread",
        saving_all="/inbox/claims/save/",
        saving_nothing="/inbox/archive/save/",
    )
    older = re.search(r'rel="next"\s+href="([^"]+)"', anna.get("/inbox/billing/").content.decode())[1]
    yield "second page of a list", anna.get(older.replace("&amp;", "&"))
    chosen = {"reference": selectable(anna)[:3], "action": "delete"}
    yield "deletion to confirm", anna.post("/inbox/claims/selected/", chosen, follow=True)
    yield "nothing selected", anna.post("/inbox/claims/selected/", {"action": "delete"}, follow=True)


def conversations(scene: Scene) -> Iterator[State]:
    """The unread ones first, as opening a conversation marks it."""
    anna = browser_of(scene.anna)
    html = anna.get("/inbox/claims/").content.decode()
    found = re.findall(
        r'class="mail-link"\s+href="([^"]+)".*?<bdi class="mail-subject">(.*?)</bdi>', html, re.DOTALL
    )
    for address, subject in found:
        yield f"conversation: {subject[:40]}", anna.get(address)
    address = {subject: address.partition("?")[0] for address, subject in found}
    formatted, written = address["A formatted letter"], address["To be withdrawn"]
    yield "letter by itself", anna.get(f"{formatted}body/")
    yield "details", anna.get(f"{formatted}details/")
    yield "details of nothing", anna.get(f"{address['(no subject)']}details/")
    yield "letter as text", anna.post(f"{formatted}view/", {"view": "text"}, follow=True)
    anna.post(f"{formatted}view/", {"view": "formatted"})
    yield "list after withdrawing", anna.post(f"{written}withdraw/", follow=True)
    yield "withdrawn", anna.get(written)
    yield "list after deleting", anna.post(f"{address['(no subject)']}delete/", follow=True)
    reference = address["A conversation"].split("/")[3]
    anna.post(f"{COMPOSE}?reply={reference}", {**LETTER, "action": "save"})
    yield "compose an answer", anna.get(f"{COMPOSE}?reply={formatted.split('/')[3]}")
    yield "compose a follow-up", anna.get(f"{COMPOSE}?reply={written.split('/')[3]}")
    yield "conversation with a draft", anna.get(address["A conversation"])
    yield "saved message", anna.get(f"{address['A conversation']}save/page/")


def writing(scene: Scene) -> Iterator[State]:
    ben = browser_of(scene.ben)
    billing = "/inbox/billing/compose/"
    yield from opened(ben, compose=COMPOSE, compose_with_extra_fields=billing)
    yield "compose with nothing", ben.post(COMPOSE, compose_form(ben, COMPOSE, subject="", text=""))
    yield "compose with too much", ben.post(COMPOSE, compose_form(ben, COMPOSE, text="x" * 10_001))
    wrong = {"extra-PolicyNumber": "1", "extra-Car": LONG}
    yield "compose with wrong fields", ben.post(billing, compose_form(ben, billing, **wrong))
    yield "compose with a secret", ben.post(COMPOSE, compose_form(ben, COMPOSE, text=CARD))
    earlier = compose_form(ben, COMPOSE, text="One version.")
    ben.post(COMPOSE, {**earlier, "action": "save"})
    draft = f"{COMPOSE}?draft={OutgoingMessage.objects.get(consumer=scene.ben).nonce}"
    yield "compose with a draft", ben.get(draft)
    yield "compose beside a draft", ben.get(COMPOSE)
    other = {**earlier, "text": "Another version.", "page": "b" * 32, "version": "0", "action": "save"}
    yield "compose with a conflict", ben.post(COMPOSE, other)


def outbox(scene: Scene) -> Iterator[State]:
    otto = browser_of(scene.otto)
    yield "outbox without any", otto.get("/outgoing/")
    addresses = dict(outgoing(scene.otto))
    yield "outbox", otto.get("/outgoing/")
    yield "many notices", otto.get("/accounts/")
    OutgoingMessage.objects.exclude(reason="").update(seen=True)
    OutgoingMessage.objects.filter(state="queued").update(seen=True)
    yield "three notices", otto.get("/accounts/")
    for name, address in addresses.items():
        yield f"outgoing: {name}", otto.get(address, follow=True)
    yield "list with outgoing messages", otto.get("/inbox/claims/")
    Securebox.objects.get(slug="claims").consumers.remove(scene.otto)
    for name, address in addresses.items():
        yield f"outgoing without access: {name}", otto.get(address)


def searching(scene: Scene) -> Iterator[State]:
    def look(consumer: Consumer, words: str, department: str = "") -> HttpResponse:
        return browser_of(consumer).post("/search/", {"words": words, "department": department})

    yield "search with nothing", look(scene.anna, "")
    yield "search found", look(scene.anna, "conversation")
    yield "search found in one department", look(scene.anna, "Invoice", "billing")
    yield "search found nothing", look(scene.ben, "nowhere")
    yield "search that failed", look(scene.fay, "claim")


def account(scene: Scene) -> Iterator[State]:
    browser_of(scene.anna)  # Another device.
    anna = browser_of(scene.anna)
    anna.post("/accounts/reauthenticate/", {"password": PASSWORD})
    yield from opened(
        anna,
        account="/accounts/",
        name="/accounts/name/",
        preferences="/accounts/preferences/",
        address="/accounts/email/",
        password="/accounts/password/change/",
        devices="/accounts/devices/",
        activity="/accounts/activity/",
        activity_of_one_kind="/accounts/activity/?kind=account",
        closing="/accounts/close/",
        signing_out="/accounts/logout/",
        second_steps="/accounts/2fa/",
        passkeys_without_any="/accounts/2fa/webauthn/",
        authenticator_app="/accounts/2fa/totp/activate/",
        adding_a_passkey="/accounts/2fa/webauthn/add/",
    )
    yield "name with nothing", anna.post("/accounts/name/", {"first_name": "", "last_name": ""})
    yield "preferences saved", anna.post("/accounts/preferences/", {"time_zone": ""}, follow=True)
    yield "closing unconfirmed", anna.post("/accounts/close/", {})
    wrong = {"oldpassword": "x", "password1": "short"}
    yield "password refused", anna.post("/accounts/password/change/", wrong)
    changed = {"email": "anna.new@example.com", "action_add": ""}
    yield "new address to confirm", anna.post("/accounts/email/", changed, follow=True)
    yield "new address pending", anna.get("/accounts/email/")
    yield "app refused", anna.post("/accounts/2fa/totp/activate/", {"code": "1"})
    yield "setting a password", browser_of(scene.ben).get("/accounts/password/set/")
    yield from second_steps(scene)


def second_steps(scene: Scene) -> Iterator[State]:
    tom = browser_of(scene.tom)
    yield "confirm by code", tom.get("/accounts/2fa/reauthenticate/")
    yield "confirm by password", tom.get("/accounts/reauthenticate/")
    tom.post("/accounts/2fa/reauthenticate/", {"code": totp_code(scene.secret)})
    passkey = {"name": f"Key {LONG}", "passwordless": False}
    key = scene.tom.authenticator_set.create(type="webauthn", data=passkey).pk
    yield from opened(
        tom,
        account_with_second_steps="/accounts/",
        second_steps_with_all="/accounts/2fa/",
        removing_the_app="/accounts/2fa/totp/deactivate/",
        recovery_codes="/accounts/2fa/recovery-codes/",
        new_recovery_codes="/accounts/2fa/recovery-codes/generate/",
        passkeys="/accounts/2fa/webauthn/",
        renaming_a_passkey=f"/accounts/2fa/webauthn/keys/{key}/edit/",
        removing_a_passkey=f"/accounts/2fa/webauthn/keys/{key}/remove/",
    )
    yield "confirm by signing in", browser_of(scene.ben).get("/accounts/reauthenticate/sign-in/")
    yield "components", browser_of(make_superuser("Olga")).get("/admin/operations/components/")


def errors(scene: Scene) -> Iterator[State]:
    anna, fay = browser_of(scene.anna), browser_of(scene.fay)
    yield "403", browser_of(scene.uma).get("/")
    yield "404", anna.get("/nowhere/")
    yield "404, signed out", browser_of().get("/nowhere/")
    yield "405", anna.get("/inbox/claims/selected/")
    yield "400", anna.post("/search/", {f"x{number}": "" for number in range(1001)})
    yield "413", anna.post("/search/", {"words": "x" * 3_000_000})
    yield "upstream fails", fay.get("/inbox/storage/")
    yield "upstream is busy", fay.get("/inbox/busy/")
    with patch("inbox.overview.read", side_effect=RuntimeError):
        yield "500", anna.get("/")
    with connection.execute_wrapper(_fails):
        yield "database down", anna.get("/")
        yield "database down while writing", anna.post(COMPOSE, {**LETTER, "form": "x"})
    strict = Client(enforce_csrf_checks=True, **anna.defaults)
    strict.cookies = anna.cookies
    yield "form expired", strict.post(COMPOSE, LETTER)
    yield "other form expired", strict.post("/accounts/name/", {})
    limits = {**settings.ACCOUNT_RATE_LIMITS, "mail_page": "1/m/user", "code_request": "1/m/ip"}
    with patch.object(settings, "ACCOUNT_RATE_LIMITS", limits):
        for _ in range(2):
            pages = anna.get("/")
            requests = browser_of().post("/accounts/password/reset/", {"email": scene.anna.email})
    yield "too many pages", pages
    yield "too many attempts", requests


def _fails(*_arguments: object) -> object:
    raise OperationalError("the connection is lost")


def framed(scene: Scene) -> Iterator[State]:
    anna, stranger = browser_of(scene.anna), browser_of()
    for browser in (anna, stranger):
        browser.defaults |= {
            "HTTP_" + name.upper().replace("-", "_"): value
            for name, value in IN_FRAME.items()
            if name != "Referer"
        }
    list_page = anna.get(f"{IN_NEIGHBOUR}/inbox/claims/").content.decode()
    letter = re.search(r'class="mail-link"\s+href="([^"]+)"', list_page)[1]
    for name, address in {
        "home": "/",
        "list": "/inbox/claims/",
        "compose": COMPOSE,
        "drafts": "/outgoing/",
        "search": "/search/",
        "404": "/nowhere/",
        "dark list": "/inbox/claims/",
    }.items():
        scheme = ",dark" if name.startswith("dark") else ""
        yield f"in a frame: {name}", anna.get(f"{IN_NEIGHBOUR}{scheme}{address}")
    yield "in a frame: conversation", anna.get(letter)
    yield "in a frame: sign-in", stranger.get(f"{IN_NEIGHBOUR}/accounts/login/")
    yield "frame refused", anna.get(f"{IN_NEIGHBOUR}/accounts/")
    yield "frame of another website", stranger.get("/embed/in/https:www.other.example/")


AREAS = (signed_out, home, lists, writing, conversations, searching, outbox, account, errors, framed)
HEADERS = ("Content-Type", "Content-Security-Policy", "Referrer-Policy")


def kept(name: str, answer: HttpResponse) -> dict[str, object]:
    """What a browser needs to show it once more."""
    asked = answer.request
    query = f"?{asked['QUERY_STRING']}" if asked.get("QUERY_STRING") else ""
    return {
        "name": name,
        "path": asked["PATH_INFO"] + query,
        "html": answer.content.decode(),
        "headers": {header: answer.headers[header] for header in HEADERS if header in answer.headers},
        "cookies": {key: morsel.value for key, morsel in answer.client.cookies.items() if morsel.value},
    }


if __name__ == "__main__":
    scene = make_scene()
    print(json.dumps([kept(*state) for area in AREAS for state in area(scene)]))
