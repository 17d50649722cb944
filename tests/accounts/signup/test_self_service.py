import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Activity, Consumer, Invitation
from portal.accounts.signup import invitations
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

OTHER = "a-kettle-on-the-hob"


pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.postgresql("portal.accounts.signup.self_service")


@pytest.fixture(autouse=True)
def _open(settings) -> None:
    settings.PORTAL_SIGNUP = "open"


def form(email="eve@example.com", **typed):
    return {"first_name": "Eve", "last_name": "Example", "email": email, "password1": PASSWORD, **typed}


def sign_up(client, **typed):
    cache.clear()  # Otherwise the rate limit for mails to one address applies.
    return client.post("/accounts/signup/", form(**typed))


def prove(client, code=None):
    return client.post("/accounts/confirm-email/", {"code": code or mailed_code()})


@on_postgresql
def test_works_with_the_code_that_was_mailed(client, sandbox):
    assert sign_up(client).url == "/accounts/confirm-email/"
    assert prove(client).url == "/"
    assert client.get("/").status_code == 200
    eve = Consumer.objects.get()
    assert (eve.get_full_name(), eve.verified_address()) == ("Eve Example", "eve@example.com")
    assert sign_in(Client(), login="eve@example.com").url == "/"


def test_before_the_code_nothing_opens_and_upstream_is_not_called(client, sandbox, claims):
    sign_up(client)
    for page in ("/", "/inbox/claims/", "/inbox/claims/compose/", "/outgoing/", "/accounts/"):
        assert client.get(page).status_code in (302, 200)
        assert "eve@example.com" not in client.get(page).content.decode()
    assert client.get("/unread.json").status_code == 401
    assert sandbox.calls() == []


def test_opening_is_logged_after_the_address_is_verified(client, sandbox):
    sign_up(client)
    assert not Activity.objects.exists()
    prove(client)
    assert list(Activity.objects.order_by("pk").values_list("event", flat=True)) == [
        "account_opened",
        "signed_in",
    ]


@pytest.mark.parametrize("missing", [["email"], ["password1"], ["first_name", "last_name"]], ids=str)
def test_address_password_and_a_name_are_required(client, missing):
    assert 'class="errors"' in sign_up(client, **dict.fromkeys(missing, " ")).content.decode()
    assert not Consumer.objects.exists()


@pytest.mark.parametrize("only", ["first_name", "last_name"])
def test_people_with_one_name_can_sign_up(client, sandbox, only):
    sign_up(client, **{"first_name": "", "last_name": "", only: "Suharto"})
    prove(client)
    consumer = Consumer.objects.get()
    assert consumer.get_full_name() == consumer.get_short_name() == "Suharto"


@on_postgresql
def test_a_name_is_one_line_of_visible_characters(client, sandbox):
    sign_up(client, first_name="x" * 81)
    assert not Consumer.objects.exists()
    sign_up(client, first_name="Eve\nBcc: all\u202e\x00")
    prove(client)
    assert Consumer.objects.get().first_name == "Eve Bcc: all"


def test_name_is_stored_composed_and_stripped(client, sandbox):
    sign_up(client, first_name=" Zoe\u0308 ")
    prove(client)
    assert Consumer.objects.get().first_name == "Zoë"


@pytest.mark.parametrize("password", ["short", "password1234", "evangelina12", "eve@example.com"])
def test_an_easy_password_is_refused(client, password):
    page = sign_up(client, password1=password, first_name="Evangelina").content.decode()
    assert 'id="id_password1_error"' in page and not Consumer.objects.exists()


def test_wrong_code_opens_nothing_and_three_end_the_sign_up(client, sandbox):
    sign_up(client)
    for _ in range(3):
        answer = prove(client, "0000-0000")
    assert answer.url == "/accounts/login/" and prove(client).url == "/accounts/login/"
    assert Consumer.objects.get().verified_address() is None


def test_code_works_only_in_its_browser(client, sandbox):
    sign_up(client)
    assert prove(Client()).url == "/accounts/login/"


def test_a_code_works_once(client, sandbox):
    sign_up(client)
    prove(client)
    client.post("/accounts/logout/")
    assert prove(client).url == "/accounts/login/"


def without_tokens(page, address):
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    return html.replace(address, "ADDRESS")


def answers(address):
    client = Client()
    first = sign_up(client, email=address)
    then = client.get(first.url)
    wrong = prove(client, "0000-0000")
    return [
        (page.status_code, page.headers.get("Location"), without_tokens(page, address))
        for page in (first, then, wrong)
    ]


def test_taken_address_gets_the_same_pages_and_another_mail(charlie):
    charlie.set_password(OTHER)
    charlie.save()
    assert answers("charlie@example.com") == answers("unknown@example.com")
    known, unknown = mail.outbox
    assert known.to == ["charlie@example.com"] and not re.search(r"\d{4}-\d{4}", known.body)
    assert unknown.to == ["unknown@example.com"] and re.search(r"\d{4}-\d{4}", unknown.body)
    charlie.refresh_from_db()
    assert charlie.check_password(OTHER) and charlie.first_name == "Charlie"


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_simultaneous_sign_ups_create_one_account(sandbox):
    def attempt(_number):
        try:
            return Client().post("/accounts/signup/", form()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(attempt, range(4)))
    assert 302 in answers and answers <= {302, 429} and Consumer.objects.count() == 1


@on_postgresql
def test_started_sign_up_does_not_block_another(sandbox):
    stranger, owner = Client(), Client()
    sign_up(stranger, password1=OTHER, first_name="Mallory")
    sign_up(owner)
    assert prove(owner).url == "/"
    eve = Consumer.objects.get()
    assert eve.check_password(PASSWORD) and eve.first_name == "Eve"


@on_postgresql
def test_sign_up_in_between_does_not_change_the_first_one(sandbox):
    owner, stranger = Client(), Client()
    sign_up(owner)
    code = mailed_code()
    sign_up(stranger, password1=OTHER, first_name="Mallory")
    prove(owner, code)
    eve = Consumer.objects.get()
    assert eve.check_password(PASSWORD) and eve.first_name == "Eve"
    assert prove(stranger, code).url == "/accounts/login/"
    assert stranger.get("/").status_code == 302


def test_strangers_password_never_takes_effect(sandbox):
    sign_up(Client(), password1=OTHER)
    owner = Client()
    owner.post("/accounts/login/code/", {"email": "eve@example.com"})
    owner.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert owner.get("/").status_code == 200
    assert sign_in(Client(), OTHER, "eve@example.com").status_code == 200


def test_password_does_not_work_before_the_code(sandbox):
    sign_up(Client())
    assert sign_in(Client(), login="eve@example.com").status_code == 200


def test_address_of_a_started_sign_up_can_be_changed_to(anna, sandbox):
    sign_up(Client())
    client = Client()
    sign_in(client)
    cache.clear()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "eve@example.com", "action_add": ""})
    prove(client)
    anna.refresh_from_db()
    assert anna.verified_address() == "eve@example.com" and Consumer.objects.count() == 1


def test_invited_user_can_sign_up_instead(client, sandbox):
    invited = Consumer.objects.create(email="eve@example.com", is_active=False)
    Invitation.objects.create(consumer=invited, token_hash="x")
    sign_up(client)
    prove(client)
    assert client.get("/").status_code == 200
    assert Invitation.objects.get().accepted_at


def test_withdrawing_the_invitation_ends_the_sign_up(client, sandbox):
    invitation = invitations.invite("eve@example.com")
    sign_up(client)
    code = mailed_code()
    assert not Consumer.objects.get().is_active
    invitations.withdraw(invitation)
    assert prove(client, code).url == "/accounts/login/"
    eve = Consumer.objects.get()
    assert not eve.is_active and eve.emailaddress_set.filter(verified=True).count() == 0


def test_withdrawn_address_is_refused_like_a_taken_one(client):
    invitations.withdraw(invitations.invite("eve@example.com"))
    sign_up(client)
    assert prove(client, "0000-0000").status_code == 200
    assert "already" in mail.outbox[-1].body.lower() and not Consumer.objects.get().is_active


@pytest.mark.parametrize("switched_off", [{"is_active": False}, {"is_staff": True}])
def test_prepared_and_inactive_accounts_cannot_be_signed_up_for(client, switched_off):
    Consumer.objects.create(email="eve@example.com", **switched_off)
    sign_up(client)
    assert prove(client, "0000-0000").status_code == 200
    assert "already" in mail.outbox[0].body.lower()


@pytest.mark.parametrize("mode", ["invitation", "closed"])
def test_sign_up_is_refused_unless_open(client, settings, mode):
    settings.PORTAL_SIGNUP = mode
    assert client.get("/accounts/signup/").status_code == 200
    assert 'name="password1"' not in sign_up(client).content.decode()
    assert not Consumer.objects.exists() and not mail.outbox


def test_signed_in_user_is_redirected(client, charlie):
    client.force_login(charlie)
    assert client.get("/accounts/signup/").url == "/"


@on_postgresql
def test_unverified_sign_up_is_deleted_after_a_day(sandbox):
    sign_up(Client())
    sign_up(Client(), email="emil@example.com")
    Consumer.objects.filter(email="emil@example.com").update(date_joined=timezone.now() - timedelta(hours=25))
    call_command("tidy", stdout=StringIO())
    assert Consumer.objects.get().email == "eve@example.com"


def test_prepared_account_is_not_deleted(charlie):
    call_command("consumer", "anna@example.com", verbosity=0)
    invitations.invite("dora@example.com")
    Consumer.objects.update(date_joined=timezone.now() - timedelta(days=99))
    call_command("tidy", stdout=StringIO())
    assert Consumer.objects.count() == 3
