"""Signing in and up, and the pages of the account."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.core import mail

from portal.accounts.allauth_compat import totp_code
from portal.accounts.signup import invitations
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import PASSWORD, mailed_code
from tests.judges.mail import LONG
from tests.judges.states.browsing import State, browser_of, opened
from tests.judges.states.scene import Scene


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
    yield "components", browser_of(make_superuser("Petra")).get("/admin/operations/components/")
