"""Anna, who has a row in every table, and other people, whose rows must stay out of what she gets."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from inbox.models import WithdrawnMessage
from portal.accounts.allauth_compat import TOTP, RecoveryCodes, generate_totp_secret
from portal.accounts.emails import queue
from portal.accounts.models import Consumer, Invitation, WindowCode
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import sign_in
from tests.conftest import sign_in as signed_in
from tests.inbox.commands.person.helpers import ANNA, FIREFOX
from tests.inbox.helpers import compose_form, send


@pytest.fixture
def full(anna, sandbox, claims, settings) -> dict[str, str]:
    """Anna has something in every table. Returns her secrets."""
    settings.PORTAL_SIGNUP = "open"
    claims.consumers.add(anna)
    anna.groups.add(Group.objects.create(name="Auditors"))
    anna.user_permissions.add(Permission.objects.get(codename="view_activity"))
    browser = Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")
    sign_in(browser)
    browser.post("/inbox/claims/compose/", compose_form(browser, text="A sentence begun", action="save"))
    send(browser, text="A sentence sent")
    sandbox.fault("status", operation="send", status=429)
    send(browser, text="A sentence under way", subject="Later")
    secret = generate_totp_secret()
    TOTP.activate(anna, secret)
    codes = RecoveryCodes.activate(anna).generate_codes()
    passkey = {"name": "Anna's phone", "credential": {"secret": "passkey-credential"}}
    Authenticator.objects.create(user=anna, type=Authenticator.Type.WEBAUTHN, data=passkey)
    Invitation.objects.create(consumer=anna, token_hash="invitation-hash", invited_by="olga@example.com")
    WithdrawnMessage.objects.create(consumer=anna, message_hash="withdrawn-hash")
    SocialAccount.objects.create(user=anna, provider="https://login.example", uid="customer-4711")
    WindowCode.objects.create(
        digest="window-digest", consumer=anna, next="/inbox/claims/", proofs=[], expires_at=timezone.now()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "_after_commit", lambda _pk: None)
        queue.add_notice("account/email/password_changed", ANNA, {"timestamp": timezone.now()})
    LogEntry.objects.create(
        user=anna,
        content_type=ContentType.objects.get_for_model(Consumer),
        object_repr="x",
        action_flag=CHANGE,
    )
    key = browser.session.session_key
    row = UserSession.objects.get(session_key=key)
    sealed = Authenticator.objects.get(user=anna, type="totp").data["secret"]
    anna.refresh_from_db()
    return {
        "password": anna.password,
        "session": row.session_key,
        "app": secret,
        "sealed": sealed,
        "code": codes[0],
        "passkey": "passkey-credential",
        "invitation": "invitation-hash",
        "window": "window-digest",
        "withdrawn": "withdrawn-hash",
        "id token": "company_id_token",
    }


@pytest.fixture
def others(full, alice_client, bob, anna) -> Consumer:
    """Alice writes and Olga, an operator, has to do with both."""
    send(alice_client, text="Alice's own words")
    olga = make_superuser("Olga")
    operator = signed_in(olga)
    for consumer in (anna, bob):
        form = {"first_name": consumer.first_name, "last_name": "Berg"}
        page = f"/admin/accounts/consumer/{consumer.pk}/change/"
        operator.post(page, form, follow=True, REMOTE_ADDR="198.51.100.9")
    return olga
