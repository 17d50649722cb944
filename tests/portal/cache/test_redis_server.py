"""The portal with a real Redis that is not there yet, dies, freezes, is full, is read-only or changes its password."""

from copy import deepcopy

import pytest
import redis
from django.conf import settings as configured
from django.core.cache import cache, caches
from django.test import Client, override_settings

from inbox.access import Mailbox
from portal.cache import redis_cache
from portal.cache.unavailable import CacheUnavailable
from tests.accounts.signing_in import sign_in
from tests.conftest import sign_in as with_session
from tests.inbox.helpers import only_reference, send
from tests.support.clock import Clock
from tests.support.lost_cache import redis_at
from tests.support.redis import RedisServer

pytestmark = pytest.mark.slow

ALICE = "alice@example.com"


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(redis_cache, "monotonic", clock)
    return clock


@pytest.fixture
def server(tmp_path, settings, clock):
    with RedisServer(tmp_path) as server:
        settings.CACHES = redis_at(server.port)
        yield server


@pytest.fixture
def admin(server):
    with redis.Redis(port=server.port) as client:
        yield client


@pytest.fixture
def browser(alice, sandbox, server) -> Client:
    sandbox.add(ALICE, securebox="Claims01")
    return with_session(alice)


def unread(browser):
    return browser.get("/unread.json").json()["total"]


def works(browser, anna):
    """Whether people can sign in and badges are counted: both or none."""
    signed_in, counted = sign_in(Client()).status_code, unread(browser)
    assert (signed_in, counted is None) in [(302, False), (503, True)]
    return signed_in == 302


def use_pages(browser):
    """All that a person does who is signed in."""
    reference = only_reference(browser)
    paths = ["/", "/inbox/claims/", f"/inbox/claims/{reference}/", "/inbox/claims/compose/", "/outgoing/"]
    assert [browser.get(path).status_code for path in paths] == [200] * 5
    assert send(browser).state == "sent"


def lose_by_stopping(server, admin):
    server.stop()
    return server.start


def lose_by_freezing(server, admin):
    server.freeze()
    # The one command that waits for an answer is carried out after the thaw: this one leaves nothing behind.
    with impatient(), pytest.raises(CacheUnavailable):
        cache.get("key")
    return server.thaw


def impatient() -> override_settings:
    """For a server that is frozen: any other may take its time on a busy machine."""
    caches = deepcopy(configured.CACHES)
    caches["default"]["OPTIONS"]["socket_timeout"] = 0.2
    return override_settings(CACHES=caches)


def lose_by_filling(server, admin):
    admin.config_set("maxmemory", 1)
    return lambda: admin.config_set("maxmemory", 0)


def lose_by_becoming_a_replica(server, admin):
    admin.replicaof("127.0.0.1", 1)
    return lambda: admin.replicaof("NO", "ONE")


def lose_by_another_password(server, admin):
    admin.config_set("requirepass", "another")
    admin.client_kill_filter(_type="normal", skipme=True)
    return lambda: admin.config_set("requirepass", "")


@pytest.mark.parametrize(
    "lose",
    [
        lose_by_stopping,
        lose_by_freezing,
        lose_by_filling,
        lose_by_becoming_a_replica,
        lose_by_another_password,
    ],
)
def test_a_loss_costs_badges_and_sign_ins_and_ends_by_itself(
    browser, anna, server, admin, clock, caplog, lose
):
    assert works(browser, anna)
    bring_back = lose(server, admin)
    assert not works(browser, anna)
    use_pages(browser)
    bring_back()
    assert not works(browser, anna), "It was tried again within the pause."
    clock.now += redis_cache.PAUSE
    assert works(browser, anna)
    lines = [line.levelname for line in caplog.records if line.name == "portal.cache.redis_cache"]
    assert lines == ["ERROR", "WARNING"]


def test_a_server_that_starts_after_the_portal_is_found(browser, anna, server, clock):
    server.stop()
    assert not works(browser, anna)
    server.start()
    clock.now += redis_cache.PAUSE
    assert works(browser, anna)


def test_a_restart_between_two_pages_is_not_noticed(browser, anna, server, caplog):
    assert works(browser, anna)
    server.stop()
    server.start()
    assert works(browser, anna)
    assert not [line for line in caplog.records if line.name == "portal.cache.redis_cache"]


def test_a_server_that_dies_within_a_page_costs_the_page_nothing(browser, server, monkeypatch):
    open_message = Mailbox.open

    def die_and_open(*args, **options):
        server.stop()
        return open_message(*args, **options)

    reference = only_reference(browser)
    monkeypatch.setattr(Mailbox, "open", die_and_open)
    assert browser.get(f"/inbox/claims/{reference}/").status_code == 200


def test_a_server_that_dies_while_a_message_is_sent_costs_the_message_nothing(
    browser, sandbox, server, monkeypatch
):
    submit = Mailbox.send

    def send_and_die(*args, **options):
        outcome = submit(*args, **options)
        server.stop()
        return outcome

    monkeypatch.setattr(Mailbox, "send", send_and_die)
    message = send(browser)
    assert message.state == "sent"
    assert browser.get(f"/outgoing/{message.nonce}/").status_code == 200


def test_counts_that_froze_with_the_server_hold_when_it_is_back(browser, anna, server, clock, settings):
    """What was counted before is still counted, and nothing of what was refused."""
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"password": "3/h/key"}
    wrong = [sign_in(Client(), password="wrong").status_code for _ in range(2)]
    thaw = lose_by_freezing(server, None)
    wrong += [sign_in(Client(), password="wrong").status_code for _ in range(5)]
    thaw()
    clock.now += redis_cache.PAUSE
    assert wrong == [200] * 2 + [503] * 5
    pages = [sign_in(Client(), password="wrong").content.decode() for _ in range(2)]
    assert ["Too many wrong passwords" in page for page in pages] == [False, True]


def test_keys_end_but_for_the_few_marks_of_sendings(browser, anna, admin):
    """So that a server that evicts nothing empties by itself."""
    works(browser, anna)
    use_pages(browser)
    seconds = {key: admin.ttl(key) for key in admin.scan_iter()}
    endless = [key for key, left in seconds.items() if left == -1]  # -2: it has ended since.
    assert max(seconds.values()) > 0 and all(b"sending-mark" in key for key in endless)


def test_an_address_in_a_url_with_a_password_is_used(settings, server, admin):
    admin.config_set("requirepass", "p@ss:word/")
    settings.CACHES = redis_at(server.port)
    settings.CACHES["default"]["LOCATION"] = f"redis://:p%40ss%3Aword%2F@127.0.0.1:{server.port}/3"
    caches.close_all()
    cache.set("key", 1)
    assert cache.get("key") == 1


def test_counts_and_limits_are_kept_there(browser, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"mail_page": "20/m/user"}
    letter = only_reference(browser)
    assert unread(browser) == 1
    assert "<title>(1) " not in browser.get(f"/inbox/claims/{letter}/?new").content.decode()
    assert "<title>(1) " not in browser.get("/accounts/").content.decode()
    assert unread(browser) == 0
    assert {browser.get("/inbox/billing/").status_code for _ in range(20)} == {200, 429}
