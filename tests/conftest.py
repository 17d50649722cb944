"""The people and the boxes of these tests, and a sandbox to be their upstream.

Alice owns mail, Bob may use the same boxes, Charlie has an account and no box.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, wait
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, RequestFactory
from whitenoise import WhiteNoise

from inbox import fanout, upstream
from inbox.models import Securebox
from portal.accounts import mail
from portal.accounts.models import Consumer
from tests.upstream import Sandbox, start_sandbox

# Proved once, with SQLite: a database keeps what these need, and decides nothing in them.
ONCE = (
    "tests/accounts/sso/test_checks.py",
    "tests/accounts/sso/test_sign_out.py",
    "tests/accounts/sso/test_tokens.py",
    "tests/accounts/sso/test_trouble.py",
    "tests/accounts/sso/test_way_back.py",
    "tests/accounts/test_addresses.py",
    "tests/accounts/test_enumeration.py",
    "tests/accounts/test_forged_sign_in.py",
    "tests/accounts/test_guessing.py",
    "tests/accounts/test_look_alikes.py",
    "tests/accounts/test_mails.py",
    "tests/accounts/test_pages.py",
    "tests/accounts/test_passwords.py",
    "tests/inbox/test_body.py",
    "tests/inbox/test_breaker.py",
    "tests/inbox/test_bulkhead.py",
    "tests/inbox/test_compose_guard.py",
    "tests/inbox/test_fanout.py",
    "tests/inbox/test_guard.py",
    "tests/inbox/test_hanging_box.py",
    "tests/inbox/test_mail_date.py",
    "tests/inbox/test_references.py",
    "tests/inbox/test_rendering.py",
    "tests/portal/test_brand.py",
    "tests/portal/test_checks.py",
    "tests/portal/test_headers.py",
    "tests/portal/test_imports.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("TEST_DATABASE") != "postgresql":
        return
    once = [item for item in items if item.nodeid.partition("::")[0] in ONCE]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in once]


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Pages name their style sheets by the hash of their content, which collecting them settles."""
    call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_read_once(static_files) -> Iterator[None]:
    """WhiteNoise reads the whole folder for each test client anew, which takes longer than most tests do."""
    known: dict[tuple, dict] = {}
    read = WhiteNoise.add_files

    def add_files(self: WhiteNoise, root: str, prefix: str | None = None) -> None:
        manifest = Path(root) / "staticfiles.json"
        key = (root, prefix, manifest.stat().st_mtime_ns if manifest.exists() else 0)
        if key not in known:
            before = dict(self.files)
            read(self, root, prefix)
            known[key] = {url: file for url, file in self.files.items() if url not in before}
        self.files.update(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "add_files", add_files)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix) -> None:
    """SQLite in a file, as in production: in memory it would lock whole tables between threads."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with start_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings, monkeypatch) -> Iterator[Sandbox]:
    """The upstream: empty, healthy, and known to the portal."""
    started: list[Future] = []
    start = fanout.start
    monkeypatch.setattr(fanout, "start", lambda calls: started.extend(begun := start(calls)) or begun)
    running_sandbox.reset()
    settings.SECUREMAIL_API_URL = running_sandbox.url
    settings.SECUREMAIL_API_KEY = running_sandbox.api_key
    yield running_sandbox
    # A page may answer before its badges are counted; those calls must not reach into the next test.
    running_sandbox.heal()
    wait(started)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    upstream.reset()


@pytest.fixture(autouse=True)
def _mail_at_once(monkeypatch) -> None:
    """Mails leave within the request, where a test finds them; threads of their own are tested by themselves."""

    class AtOnce:
        def submit(self, run, *args) -> None:
            run(*args)

    monkeypatch.setattr(mail, "_senders", AtOnce())


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """Hashing that takes half a second on purpose is for attackers; what depends on it asks for it by itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def claims(db) -> Securebox:
    return Securebox.objects.create(
        slug="claims",
        name="Claims01",
        title="Claims",
        reply_time="within 2 working days",
        open_to_all=False,
        allows_purge=True,
        allows_withdraw=True,
        shown_details="CaseNumber = Case number",
    )


@pytest.fixture
def billing(db) -> Securebox:
    """The API's default box, where people may not destroy or withdraw anything."""
    return Securebox.objects.create(slug="billing", name="", title="Billing", open_to_all=False, position=1)


def make_consumer(first_name: str, *boxes: Securebox) -> Consumer:
    email = f"{first_name.lower()}@example.com"
    consumer = Consumer.objects.create_user(email, first_name=first_name, last_name="Example")
    consumer.mark_verified()
    for box in boxes:
        box.consumers.add(consumer)
    return consumer


@pytest.fixture
def alice(claims, billing) -> Consumer:
    return make_consumer("Alice", claims, billing)


@pytest.fixture
def bob(claims, billing) -> Consumer:
    return make_consumer("Bob", claims, billing)


@pytest.fixture
def charlie(db) -> Consumer:
    return make_consumer("Charlie")


def sign_in(consumer: Consumer) -> Client:
    """A browser in which they have just signed in, with their second step if they have one."""
    client = Client()
    client.force_login(consumer)
    steps = Authenticator.objects.filter(user=consumer)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, consumer, method="mfa" if steps.exists() else "code")
    request.session.save()
    return client


@pytest.fixture
def page(alice, sandbox) -> Client:
    """Alice's browser, signed in."""
    return sign_in(alice)
