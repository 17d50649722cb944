"""What runs again and again, and what operators ask for, takes no longer with a million rows than with a thousand.

PostgreSQL says how it would find the rows: never by reading a table that grows from its beginning to its end, and
within a cost that does not depend on its length. `make test` asks about tables of thousands of rows; the long form
fills them with a million, and counts what is read. What is new is added here: see `test_nothing_is_left_out`.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from inbox.access import Mailbox
from inbox.conversations import withdrawn
from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing import delivery, limits, queries, reconciling, sending, transitions
from portal.accounts import cleanup
from portal.accounts.admin import long_lists
from portal.accounts.emails import delivery as mails
from portal.accounts.models import Consumer
from portal.operations.doctor import keys as doctor_keys
from portal.operations.under_way import under_way
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.portal.database.million_rows import BIG, FIRST, address_of, fill
from tests.portal.database.plan_watch import Statement, plans

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is not for so many customers."),
]

CUSTOMER = FIRST + 7  # The primary key of somebody with an account, lines in the log and messages.
ROWS = 10_000  # Fewer, and PostgreSQL would rather read a whole table than use an index.
COST = 5_000  # PostgreSQL's own estimate, in reads of one page in sequence: some ten milliseconds.
PAGES = 20_000  # Looked at, of 8 kB each. In memory, that takes some 20 milliseconds.
# Looks at each inactive account, of which there are few: those that are invited, or were switched off.
LONGER = {"admin accounts.consumer, off"}


@dataclass(frozen=True)
class Scene:
    operator: Client
    customer: Client
    address: str

    def lists(self, path: str) -> None:
        answer = self.operator.get(f"/admin/{path}")
        assert answer.status_code == 200, path

    def page(self, path: str) -> None:
        answer = self.customer.get(path)
        assert answer.status_code == 200, path


def _command(*arguments: str, **options: object) -> Callable[[Scene], None]:
    def run(scene: Scene) -> None:
        call_command(
            *(one.format(address=scene.address) for one in arguments), stdout=io.StringIO(), **options
        )

    return run


def _skipping() -> sending.Skipped:
    """As after failures of one writer in one box, and of several in another."""
    skipped = sending.Skipped()
    for box, writer in ((FIRST, 1), (FIRST + 1, 1), (FIRST + 1, 2)):
        skipped.add(SimpleNamespace(securebox_id=box, consumer_id=FIRST + writer, reason=""))
    return skipped


def _mailbox() -> Mailbox:
    return Mailbox(CUSTOMER, address_of(CUSTOMER), Securebox.objects.get(pk=FIRST))


def _a_message(state: str = "sent") -> OutgoingMessage:
    return OutgoingMessage.objects.filter(pk__gt=FIRST + 100, state=state).order_by("pk").first()


def _listed(*_: object) -> None:
    """Which of the messages in a list belong to other rows."""
    message = _a_message()
    entry = SimpleNamespace(message=SimpleNamespace(id="mail5", operation_id=str(message.operation_id)))
    reconciling._without_assigned([entry], message)


def _list(path: str) -> Callable[[Scene], None]:
    return lambda scene: scene.lists(
        path.replace("{address}", scene.address).replace("{customer}", str(CUSTOMER))
    )


def _page(path: str) -> Callable[[Scene], None]:
    return lambda scene: scene.page(path)


QUERIES: dict[str, Callable[[Scene], object]] = {
    "deliver: claims that have expired": lambda _: delivery.expire_claims(),
    "deliver: the next message": lambda _: sending.claim_next(sending.Skipped()),
    "deliver: the next message after failures": lambda _: sending.claim_next(_skipping()),
    "deliver: the next lookup": lambda _: delivery.look_up_due(keep_going=lambda: False),
    "deliver: the API answers again": lambda _: transitions.resume_lookups(FIRST + 2),
    "deliver: whose a listed message is": _listed,
    "deliver: other messages with the same words": lambda _: list(
        reconciling._rows_without_id(_a_message(), SimpleNamespace(mark=""))
    ),
    "deliver: what is old": lambda _: delivery.delete_old(),
    "deliver: mails": lambda _: mails.send_due(seconds=1),
    **{f"tidy: {name}": lambda _, task=task: task() for name, task in cleanup.TASKS.items()},
    "sending: the limits": lambda _: limits.allowance(CUSTOMER, FIRST),
    "command activity": _command("activity", since=timezone.localdate(), address="{address}"),
    "command consumer": _command("consumer", "{address}", first_name="Ann"),
    "command person": lambda scene: _refused(_command("person", "{address}", erase=True), scene),
    "admin accounts.consumer": _list("accounts/consumer/"),
    "admin accounts.consumer, page 2": _list("accounts/consumer/?p=2"),
    "admin accounts.consumer, by address": _list("accounts/consumer/?q={address}"),
    "admin accounts.consumer, by the beginning of an address": _list("accounts/consumer/?q=ab"),
    "admin accounts.consumer, by name": _list("accounts/consumer/?q=Abc+De"),
    "admin accounts.consumer, nobody": _list("accounts/consumer/?q=nobody"),
    **{
        f"admin accounts.consumer, {state}": _list(f"accounts/consumer/?state={state}")
        for state in ("active", "unverified", "invited", "off")
    },
    "admin accounts.consumer, operators": _list("accounts/consumer/?is_staff__exact=1"),
    "admin accounts.consumer, not operators": _list("accounts/consumer/?is_staff__exact=0"),
    "admin accounts.consumer, one of them": _list("accounts/consumer/{customer}/change/"),
    "admin accounts.invitation": _list("accounts/invitation/"),
    "admin accounts.invitation, by address": _list("accounts/invitation/?q={address}"),
    "admin accounts.invitation, by name": _list("accounts/invitation/?q=Abcd"),
    "admin accounts.activity": _list("accounts/activity/"),
    "admin accounts.activity, page 4": _list("accounts/activity/?p=4"),
    "admin accounts.activity, of a customer": _list("accounts/activity/?consumer__id__exact={customer}"),
    "admin accounts.activity, today": _list("accounts/activity/?when=today"),
    "admin accounts.activity, a month": _list(f"accounts/activity/?when={timezone.localdate():%Y-%m}"),
    "admin accounts.activity, frequent": _list("accounts/activity/?event__exact=message_opened"),
    "admin accounts.activity, rare": _list("accounts/activity/?event__exact=address_changed"),
    "admin accounts.activity, never": _list("accounts/activity/?event__exact=website_checked"),
    "admin accounts.activity, by address": _list("accounts/activity/?q={address}"),
    "admin accounts.activity, by operator": _list("accounts/activity/?q=operator1@example.com"),
    "admin accounts.activity, by mailbox": _list("accounts/activity/?q=Claims"),
    "admin accounts.activity, by detail": _list("accounts/activity/?q=securebox"),
    "admin accounts.activity, by request": _list("accounts/activity/?q=0123456789ab"),
    "admin accounts.activity, by address and event": _list(
        "accounts/activity/?q={address}&event__exact=message_opened"
    ),
    "admin inbox.outgoingmessage": _list("inbox/outgoingmessage/"),
    "admin inbox.outgoingmessage, page 2": _list("inbox/outgoingmessage/?p=2"),
    **{
        f"admin inbox.outgoingmessage, {state}": _list(f"inbox/outgoingmessage/?state={state}")
        for state in OutgoingMessage.State.values
        if state != OutgoingMessage.State.DRAFT
    },
    "admin inbox.outgoingmessage, of a box": _list(
        f"inbox/outgoingmessage/?securebox__id__exact={FIRST + 1}"
    ),
    "admin inbox.outgoingmessage, failed in a box": _list(
        f"inbox/outgoingmessage/?securebox__id__exact={FIRST + 1}&state=failed"
    ),
    "admin inbox.securebox": _list("inbox/securebox/"),
    "admin inbox.securebox, who may use it": _list(
        "autocomplete/?app_label=inbox&model_name=securebox&field_name=consumers&term=ab"
    ),
    "admin": _list(""),
    "admin, whether all is well": _list("operations/"),
    "admin, a customer calls": _list("operations/customers/{customer}/"),
    "command doctor, rows to try the keys with": lambda _: doctor_keys._sample(),
    "metrics": lambda _: list(under_way()),
    "admin operations": _list("operations/"),
    "metrics: messages under way": lambda _: list(under_way()),
    "page: a list, what answers what": lambda _: queries.answered_by({_mailbox(): ["mail5"]}),
    "page: a list, what was withdrawn": lambda _: withdrawn.among({_mailbox(): []}),
    "page: under way": _page("/outgoing/"),
    "page: activity": _page("/accounts/activity/"),
    "page: sign-ins": _page("/accounts/activity/?kind=sign-ins"),
    "page: devices": _page("/accounts/devices/"),
}

# Of commands and of the admin's lists, those that need no line above.
NO_GROWTH = {
    "accounts.company": "few rows",
    "auth.group": "few rows",
    "embed.website": "few rows",
    "inbox.holiday": "few rows",
    "check_embed": "asks websites",
    "check_securemail": "asks the API",
    "demo": "for developers",
    "invite": "finds each address by an index, as the command consumer does",
    "keys": "reads every row, before a key is removed",
    "migrate": "changes tables",
    "rotate_keys": "reads what it changes: every row, once",
    "sandbox": "for developers",
    "securebox": "few rows",
    "verify_receipt": "asks nothing",
}


HAS_WORK = {
    "deliver: what is old",
    "tidy: accounts that nobody proved to be theirs",
    "tidy: codes for a window that nobody used",
    "tidy: counts for the operators' page",
    "tidy: devices without a session",
    "tidy: expired sessions",
    "tidy: marks of used hand-off tokens",
    "tidy: old lines of the activity log",
}


def _refused(run: Callable[[Scene], object], scene: Scene) -> None:
    with pytest.raises(CommandError):
        run(scene)


@pytest.fixture
def scene(db, monkeypatch) -> Scene:
    # As few of the rows as they are of a million.
    monkeypatch.setattr(cleanup, "_BATCH", 20)
    monkeypatch.setattr(long_lists, "MOST", 250)
    olga = make_superuser("Olga")
    fill(ROWS)
    customer = Consumer.objects.get(pk=CUSTOMER)
    return Scene(sign_in(olga), sign_in(customer), address_of(CUSTOMER))


def _too_much(statement: Statement) -> str:
    # Sessions are encrypted: whose one is, only its content says. The command reads those that have not expired.
    if 'FROM "django_session" WHERE "django_session"."expire_date" > ' in statement.sql:
        return ""
    if statement.scanned:
        return f"reads all of {', '.join(statement.scanned)}"
    return f"cost {statement.cost:.0f}" if statement.cost > COST else ""


def test_no_query_reads_a_whole_table_that_grows(scene):
    problems, idle = [], set()
    for name, run in QUERIES.items():
        with plans() as watch:
            if run(scene) == 0:
                idle.add(name)
        problems += [f"{name}: {problem}\n  {one}" for one in watch.statements if (problem := _too_much(one))]
    assert not problems, "\n".join(problems)
    assert not idle & HAS_WORK, "Without something to do, not all of its statements were seen."


@pytest.fixture
def vacuumed(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Afterwards, the tables are small again: rows that were rolled back take room, and PostgreSQL plans by that."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"VACUUM FULL {', '.join(sorted(BIG))}")


@pytest.mark.proof
@pytest.mark.slow
def test_with_a_million_rows_no_query_reads_much(vacuumed, db):
    olga = make_superuser("Olga")
    fill(1_000_000)
    scene = Scene(sign_in(olga), sign_in(Consumer.objects.get(pk=CUSTOMER)), address_of(CUSTOMER))
    problems, table = [], []
    for name, run in QUERIES.items():
        with plans(runs=True) as watch:
            run(scene)
        # Of a task in batches, the first: the others walk past what was deleted in this same transaction.
        read = [one for one in watch.statements[:20] if "django_session" not in one.sql]
        allowed = PAGES * 10 if name in LONGER else PAGES
        problems += [f"{name}: {one}" for one in read if one.scanned or (one.pages or 0) > allowed]
        slowest = max(watch.statements, key=lambda one: one.milliseconds or 0, default=None)
        table.append(f"{name}: {len(watch.statements)} statements; the slowest {slowest}"[:160])
    print("\n".join(table))  # noqa: T201  The times are shown with `-s`.
    assert not problems, "\n".join(problems)


def test_nothing_is_left_out():
    listed = {name.split(",")[0].removeprefix("admin ").removeprefix("command ") for name in QUERIES}
    listed |= {"deliver", "tidy"} | set(NO_GROWTH)
    folders = [
        path for app in ("inbox", "portal") for path in Path(settings.BASE_DIR, app).rglob("commands/*.py")
    ]
    commands = {path.stem for path in folders} - {"__init__"}
    lists = {model._meta.label_lower for model in admin.site._registry}
    assert commands | lists <= listed, "Add its queries to QUERIES, or say in NO_GROWTH why there is no need."
