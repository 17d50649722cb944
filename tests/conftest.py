"""The people and the boxes of these tests, and a sandbox to be their upstream.

Alice owns mail, Bob may use the same boxes, Charlie has an account and no box.
"""

import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from fcntl import LOCK_EX, flock
from functools import cache as once
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, user_logged_in
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.commands import flush
from django.test import Client, RequestFactory
from django.utils import timezone
from requests.adapters import DEFAULT_CA_BUNDLE_PATH
from whitenoise import WhiteNoise

from inbox import paging
from inbox.models import Securebox
from inbox.resilience import channel, fanout
from inbox.securemail import Connection
from portal import logs, tallies
from portal.accounts.allauth_compat import record_authentication
from portal.accounts.emails import queue, sending
from portal.accounts.emails.failures import Alarm
from portal.accounts.models import Consumer
from portal.accounts.sessions.store import SessionStore
from portal.keys import running_processes
from portal.metrics import instruments
from tests.accounts.signing_in import PASSWORD
from tests.support.sandbox import Sandbox, start_sandbox


@pytest.fixture(scope="session", autouse=True)
def _pytest_watches_threads() -> Iterator[None]:
    """A test that runs the settings once more would replace pytest's hooks by the portal's, for all later tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "install", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Pages name their style sheets by the hash of their content, which collecting them settles: once for a run."""
    root = Path(settings.STATIC_ROOT)
    with (root / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (root / "staticfiles.json").exists():
            call_command("collectstatic", verbosity=0, interactive=False)
    # Another process may have collected them since this one looked.
    staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = staticfiles_storage.load_manifest()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_read_once(static_files) -> Iterator[None]:
    """WhiteNoise reads the whole folder for each test client, which takes longer than most tests."""
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


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> Iterator[None]:
    """Each test has its own API client, and reading the certificate authorities takes longer than its calls."""
    create = ssl.create_default_context
    create_once = once(create)

    def create_default_context(*arguments, **options) -> ssl.SSLContext:
        usual = not arguments and options == {"cafile": DEFAULT_CA_BUNDLE_PATH}
        return create_once(**options) if usual else create(*arguments, **options)

    tls_context = Connection.tls_context
    usual_context = once(lambda: tls_context(Connection("https://api.example.com", ("key",))))

    def tls_context_once(connection: Connection) -> ssl.SSLContext:
        usual = not (connection.ca_file or connection.client_certificate)
        return usual_context() if usual else tls_context(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", create_default_context)
        patch.setattr(Connection, "tls_context", tls_context_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _permissions_are_created_once() -> Iterator[None]:
    """A test with real transactions empties all tables. Creating the permissions again would take most of the time."""
    kept = {"auth_permission", "django_content_type"}

    def sql_flush(style, connection, **options) -> list[str]:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        return connection.ops.sql_flush(style, [name for name in tables if name not in kept], **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_options: None)
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
def started_calls(monkeypatch) -> list[Future]:
    """The calls upstream that pages have started; a page may answer before its badges are counted."""
    started: list[Future] = []
    start = fanout.start
    monkeypatch.setattr(
        fanout, "start", lambda *arguments: started.extend(begun := start(*arguments)) or begun
    )
    return started


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings, started_calls) -> Iterator[Sandbox]:
    """The upstream: empty, healthy, and known to the portal."""
    running_sandbox.reset()
    settings.SECUREMAIL_API_URL = running_sandbox.url
    settings.SECUREMAIL_API_KEY = running_sandbox.api_key
    yield running_sandbox
    if running_sandbox.may_have_faults:
        running_sandbox.heal()
    # They must not reach into the next test. Each of them ends by its own deadline.
    assert not wait(started_calls, timeout=60).not_done, "A call upstream does not end."


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    for cache in (caches["default"], caches["process"]):
        cache.clear()
    channel.reset()
    paging.forget_answers()


@pytest.fixture(autouse=True)
def _time_zone_of_the_portal() -> None:
    """A test may have left that of a consumer."""
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _no_measuring(monkeypatch) -> None:
    """`deliver` would begin to count in the test's process, and store that in the database of a later test."""
    monkeypatch.setattr(tallies, "start_measuring", lambda: None)


@pytest.fixture
def measured() -> Iterator[Callable[[], str]]:
    """The metrics are on; call it for what this process would show to Prometheus."""
    instruments.switch_on()
    yield lambda: instruments.exposition([]).decode()
    instruments.switch_off()


@pytest.fixture(autouse=True)
def _mail_at_once(monkeypatch) -> None:
    """Mails leave within the request, where a test finds them; threads of their own are tested by themselves."""
    monkeypatch.setattr(queue, "_after_commit", lambda pk: sending.attempt_now(pk))
    monkeypatch.setattr(sending, "alarm", Alarm())


@pytest.fixture(autouse=True)
def _no_thread_announces_the_process(monkeypatch) -> None:
    """It would use the database beside the test."""
    monkeypatch.setattr(running_processes, "start", lambda _program: None)


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
        reply_working_days=2,
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


@pytest.fixture
def anna(db) -> Consumer:
    """A consumer with a password, who signs in through the pages. Other consumers get their sessions from fixtures."""
    call_command("consumer", "anna@example.com", first_name="Anna", password=PASSWORD, verbosity=0)
    return Consumer.objects.get(email="anna@example.com")


def sign_in(consumer: Consumer) -> Client:
    """A browser in which they have just signed in, with their second step if they have one.

    What Django's `force_login` leads to, with half of its queries: thousands of tests begin with it.
    """
    request, session = RequestFactory().get("/"), SessionStore()
    request.session = session
    session[SESSION_KEY] = str(consumer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = consumer.get_session_auth_hash()
    steps = Authenticator.objects.filter(user=consumer)
    record_authentication(request, consumer, method="mfa" if steps.exists() else "code")
    user_logged_in.send(Consumer, request=request, user=consumer)  # Its receiver stores the session.
    UserSession.objects.create(user=consumer, session_key=session.session_key, ip="127.0.0.1")
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def alice_client(alice, sandbox) -> Client:
    """Alice's browser, signed in."""
    return sign_in(alice)
