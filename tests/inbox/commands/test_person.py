"""`manage.py person`: everything that is stored about one person, exported or erased, and nothing about another."""

import json
import re
import stat
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage, WithdrawnMessage
from inbox.outgoing import personal_data as outgoing
from portal.accounts.allauth_compat import TOTP, RecoveryCodes, generate_totp_secret
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.emails import queue
from portal.accounts.log_ids import log_ids
from portal.accounts.models import Activity, Consumer, Invitation, WindowCode
from portal.accounts.personal_data.tables import TABLES
from portal.accounts.sessions.revoke import revoke_all
from portal.accounts.sessions.store import SessionStore
from portal.accounts.signup import invitations
from tests.accounts.operators import make_clerk, make_superuser
from tests.accounts.signing_in import PASSWORD, sign_in
from tests.conftest import make_consumer
from tests.conftest import sign_in as signed_in
from tests.inbox.helpers import compose_form, send

on_postgresql = pytest.mark.postgresql("portal.accounts.personal_data.erasure")

ANNA = "anna@example.com"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
# The other tables hold nobody's data, for these reasons.
NOBODYS = {
    "account.EmailConfirmation": "unused: addresses are proved by codes in sessions",
    "accounts.Company": "a company",
    "accounts.CompanyKey": "a company's public key",
    "accounts.SpentToken": "digests of what was used: random ids of tokens, codes with a session's key",
    "auth.Group": "a name for rights",
    "auth.Group_permissions": "rights of a group",
    "auth.Permission": "a right",
    "contenttypes.ContentType": "a table",
    "embed.Website": "a website",
    "embed.Website_secureboxes": "what a website shows",
    "inbox.ExtraField": "what a department asks for",
    "inbox.Holiday": "the company's",
    "inbox.Securebox": "a department's",
    "portal.Heartbeat": "a program's last sign of life",
    "portal.RunningProcess": "a program's process, and the fingerprints of its keys",
    "inbox.SendingMark": "the number of attempts to send",
    "portal.Tally": "counts, of nobody",
    "socialaccount.SocialApp": "unused: the provider is in the settings",
    "socialaccount.SocialToken": "unused: tokens are not stored",
}
# In sections that do not come from a `Table`.
ELSEWHERE = {
    "accounts.Activity": "activity_log",
    "accounts.Consumer_groups": "rights",
    "accounts.PortalMail": "mails_under_way",
    "accounts.Consumer_user_permissions": "rights",
    "inbox.Securebox_consumers": "secureboxes",
    "sessions.Session": "sessions",
}
ALL_TABLES = [*TABLES.values(), outgoing.MESSAGES, outgoing.WITHDRAWN]


def export(capsys, address=ANNA, **options) -> dict:
    capsys.readouterr()
    call_command("person", address, "--export", **options)
    return json.loads(capsys.readouterr().out)


def erase(address=ANNA) -> None:
    call_command("person", address, "--erase", "--yes")


def everything() -> dict[str, str]:
    """Each row of each table, sessions decoded."""
    rows = {
        f"{row._meta.label} {row.pk}": repr([getattr(row, field.attname) for field in row._meta.fields])
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.all()
        if model is not Session
    }
    return rows | {
        f"Session {row.pk}": repr(SessionStore().decode(row.session_data)) for row in Session.objects.all()
    }


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


# --- What is covered ---------------------------------------------------------------------------------------


def test_each_table_is_exported_or_holds_nobodys_data():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    exported = {table.model._meta.label for table in ALL_TABLES} | set(ELSEWHERE)
    assert labels == exported | set(NOBODYS) and not exported & set(NOBODYS)


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.model._meta.label)
def test_each_field_is_exported_or_withheld_with_a_reason(table):
    fields = {field.name for field in (*table.model._meta.fields, *table.model._meta.many_to_many)}
    exported = {name.split("__")[0] for name in table.exported}
    assert fields == exported | set(table.withheld) | {table.owner} and all(table.withheld.values())


# --- Exporting ---------------------------------------------------------------------------------------------


@on_postgresql
def test_an_export_holds_something_of_every_table(full, capsys):
    found = export(capsys)
    assert {name for name, rows in found.items() if not rows} == {
        "acts_as_operator",
        "asked_for_by_other_accounts",
    }
    text = json.dumps(found, ensure_ascii=False)
    for known in ("Anna", ANNA, "A sentence begun", "A sentence under way", "Broken", FIREFOX, "203.0.113.7"):
        assert known in text.replace("A broken", "Broken")
    for known in ("Anna's phone", "customer-4711", "Auditors", "view_activity", "Claims"):
        assert known in text


def test_the_words_of_drafts_and_of_messages_under_way_are_decrypted(full, capsys):
    messages = {row["state"]: row["content"]["text"] for row in export(capsys)["outgoing_messages"]}
    assert messages == {"draft": "A sentence begun", "sent": "", "queued": "A sentence under way"}


def test_an_export_holds_no_secret(full, capsys):
    text = json.dumps(export(capsys), ensure_ascii=False)
    assert [name for name, secret in full.items() if secret in text] == []


def test_an_export_holds_nothing_about_others(others, capsys):
    text = json.dumps(export(capsys), ensure_ascii=False)
    for other in ("alice", "Alice", "bob@", "olga", "198.51.100.9"):
        assert other not in text
    assert "Name changed" in text  # Olga's act on Anna is there, without her name.


def test_an_operators_export_holds_what_they_did_and_not_to_whom(others, capsys):
    found = export(capsys, "olga@example.com")
    text = json.dumps(found, ensure_ascii=False)
    assert [act["event"] for act in found["acts_as_operator"]].count("name_changed") == 2
    assert "anna" not in text and "bob" not in text and "198.51.100.9" in text


def test_lines_of_an_account_that_once_had_the_address_stay_with_that_account(bob, capsys):
    activity.record(Event.ADDRESS_CHANGED, bob, detail=ANNA)
    activity.record(Event.SIGNED_IN, Consumer(email=ANNA), detail="password")
    assert [line["what"] for line in export(capsys)["activity_log"]] == ["Signed in: password"]


def test_a_file_can_be_read_by_its_owner_alone(full, tmp_path, capsys):
    path = tmp_path / "anna.json"
    call_command("person", ANNA, "--export", output=path)
    assert json.loads(path.read_text())["address"] == ANNA and ANNA not in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_exists_is_not_overwritten(anna, tmp_path):
    path = tmp_path / "anna.json"
    path.write_text("kept")
    with pytest.raises(CommandError, match="cannot be created: File exists"):
        call_command("person", ANNA, "--export", output=path)
    assert path.read_text() == "kept"


def test_an_export_is_a_line_in_the_log(anna, capsys):
    export(capsys)
    line = Activity.objects.filter(consumer=anna).first()
    assert (line.event, line.by, line.detail) == (Event.EXPORTED, "command", "person")


def test_a_missing_key_is_an_error_and_the_rest_is_exported(full, settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    capsys.readouterr()
    with pytest.raises(CommandError, match="3 messages cannot be decrypted"):
        call_command("person", ANNA, "--export")
    found = json.loads(capsys.readouterr().out)
    assert found["account"][0]["email"] == ANNA
    assert {row["content"] for row in found["outgoing_messages"]} == {None}


# --- Erasing -----------------------------------------------------------------------------------------------


@on_postgresql
def test_nothing_of_the_person_is_left(full, others, anna):
    ids = Activity.objects.filter(consumer=anna).values_list("pk", flat=True)
    ids = list(ids)
    erase()
    left = "".join(everything().values())
    for trace in (ANNA, "Anna", "A sentence", FIREFOX, "203.0.113.7", "customer-4711", *full.values()):
        assert trace not in left
    assert not Consumer.objects.filter(pk=anna.pk).exists()
    assert Activity.objects.filter(pk__in=ids).count() == len(ids)  # The lines are there, without a name.


@on_postgresql
def test_others_rows_are_untouched(full, others, anna):
    mine = {
        f"accounts.Activity {pk}" for pk in Activity.objects.filter(address=ANNA).values_list("pk", flat=True)
    }
    before = {key: row for key, row in everything().items() if key not in mine}
    erase()
    after = everything()
    gone = {key.split()[0] for key in before if key not in after}
    assert {key for key in before if key in after and after[key] != before[key]} == set()
    assert gone <= {table.model._meta.label for table in ALL_TABLES} | set(ELSEWHERE) | {"Session"}
    for model in (Consumer, EmailAddress, UserSession, OutgoingMessage, SocialAccount):
        owner = "pk" if model is Consumer else "user" if hasattr(model, "user") else "consumer"
        assert not model._base_manager.filter(**{owner: anna.pk}).exists()
    assert OutgoingMessage.objects.filter(consumer__email="alice@example.com").exists()


@on_postgresql
def test_the_lines_of_one_person_stay_together_under_a_new_name(full, capsys):
    number = Activity.objects.count()
    erase()
    (name,) = {line.address for line in Activity.objects.all()}
    assert name.startswith("erased-") and f"those of “{name}”" in capsys.readouterr().out
    assert Activity.objects.count() == number + 1
    closed = Activity.objects.first()
    assert (closed.event, closed.by, closed.detail) == (Event.ACCOUNT_CLOSED, "command", "erased")


def test_what_an_operator_did_to_them_keeps_the_operators_name_and_network(others):
    erase()
    line = Activity.objects.filter(event=Event.NAME_CHANGED, address__startswith="erased-").get()
    assert (line.by, line.network) == ("olga@example.com", "198.51.100.9")


@on_postgresql
def test_earlier_addresses_in_the_log_are_erased_too(anna):
    activity.record(Event.ADDRESS_CHANGED, anna, detail="anna.berg@example.com")
    Activity._base_manager.filter(event=Event.ACCOUNT_OPENED).update(address="anna.berg@example.com")
    erase()
    assert "anna" not in "".join(everything().values())


def test_without_yes_it_says_what_would_be_erased_and_erases_nothing(full, capsys):
    before = everything()
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("person", ANNA, "--erase")
    out = capsys.readouterr().out
    assert "outgoing_messages: 3" in out and "Under way: 1 queued." in out
    assert everything() == before


def test_the_person_is_signed_out_and_told_and_upstream_is_not_called(full, sandbox):
    browser = Client()
    browser.force_login(Consumer.objects.get(email=ANNA))
    sandbox.forget_calls()
    erase()
    assert browser.get("/").url.startswith("/accounts/login/") and sandbox.calls() == []
    assert mail.outbox[-1].to == [ANNA] and "closed" in mail.outbox[-1].subject


@on_postgresql
def test_erasing_again_finds_nothing(full):
    erase()
    with pytest.raises(CommandError, match=f"Nothing is stored about {ANNA}"):
        erase()


def test_an_operator_keeps_their_name_until_their_rights_are_taken(full, others, capsys):
    clerk = make_clerk("Carla")
    activity.record(Event.DEACTIVATED, Consumer.objects.get(email="bob@example.com"), by=clerk.email)
    with pytest.raises(CommandError, match="an operator's account"):
        erase(clerk.email)
    Consumer.objects.filter(pk=clerk.pk).update(is_staff=False)
    erase(clerk.email)
    assert Activity.objects.get(by=clerk.email).event == Event.DEACTIVATED
    assert "1 lines on what they did as an operator" in capsys.readouterr().out


# --- Whom it finds -----------------------------------------------------------------------------------------


def test_a_person_with_an_invitation_only(db, capsys):
    invitations.invite("dora@example.com", first_name="Dora")
    found = export(capsys, "Dora@Example.com")
    assert found["account"][0]["first_name"] == "Dora" and len(found["invitations"]) == 1
    erase("dora@example.com")
    assert "dora" not in "".join(everything().values()).lower()


def test_a_person_whose_account_was_closed(anna, capsys):
    revoke_all(anna)
    anna.delete()
    found = export(capsys)
    assert found["account"] == [] and len(found["activity_log"]) == 1
    erase()
    assert ANNA not in "".join(everything().values())


def test_a_sign_up_that_was_begun_and_not_finished(db, settings, capsys):
    settings.PORTAL_SIGNUP = "open"
    form = {"email": ANNA, "password1": PASSWORD, "first_name": "Anna", "last_name": "Berg"}
    Client().post("/accounts/signup/", form)
    assert export(capsys)["sessions"][0]["typed_names"] == ["Anna", "Berg"]
    erase()
    assert "Berg" not in "".join(everything().values()) and not Session.objects.exists()


def test_an_address_that_another_account_asked_for(bob, capsys):
    """Whose address it is learns that it was typed, not by whom; erasing takes it from there."""
    EmailAddress.objects.create(user=bob, email="zoe@example.com", verified=False)
    activity.record(Event.ADDRESS_ASKED_FOR, bob, detail="zoe@example.com")
    found = export(capsys, "zoe@example.com")
    assert len(found["asked_for_by_other_accounts"]) == 2 and "bob" not in json.dumps(found)
    erase("zoe@example.com")
    assert "zoe" not in "".join(everything().values())
    assert EmailAddress.objects.get(user=bob).verified


def test_sessions_that_have_expired_do_not_count(anna, capsys):
    browser = Client()
    browser.force_login(anna)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert export(capsys)["sessions"] == []


@on_postgresql
@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("nobody@example.com", "Nothing is stored about nobody@example.com"),
        ("no address", "Enter an email address"),
    ],
)
@pytest.mark.parametrize("action", ["--export", "--erase"])
def test_an_unknown_person_is_an_error(db, address, problem, action):
    with pytest.raises(CommandError, match=problem):
        call_command("person", address, action)


def test_the_pseudonym_in_the_log_is_told_also_that_of_a_former_key(db, settings, capsys):
    anna = make_consumer("Anna")
    (before,) = log_ids(anna)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    call_command("person", ANNA, log_id=True)
    now, former = capsys.readouterr().out.splitlines()
    assert former == f"{before} (with a former SECRET_KEY)"
    assert re.fullmatch(r"[0-9a-f]{16}", now) and now != before


def test_someone_without_an_account_has_no_pseudonym(db):
    with pytest.raises(CommandError, match="no account"):
        call_command("person", ANNA, log_id=True)
