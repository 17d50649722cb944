import logging
import os
import subprocess
import sys

import django
import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage

from inbox.models import Securebox
from portal import checks
from portal.checks import refuse_to_start_misconfigured
from portal.settings import Environment
from tests.support.certificates import self_signed
from tests.support.lost_cache import redis_at

pytestmark = pytest.mark.slow

CONSOLE = "django.core.mail.backends.console.EmailBackend"
MAILS_IN_THE_LOG = (
    {"MAILERS": {"default": {"BACKEND": CONSOLE}}} if django.VERSION >= (6, 1) else {"EMAIL_BACKEND": CONSOLE}
)
REDIS = {"BACKEND": "portal.cache.redis_cache.RedisCache"}
GOOD_KEY = "a-key-for-tests-that-encrypts-no-mail-here0="


def failed_checks():
    return [message.id for message in run_checks(tags=["portal"])]


def test_valid_settings_pass():
    assert failed_checks() == []


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"SECUREMAIL_API_URL": ""}, "E001"),
        ({"SECUREMAIL_API_URL": "https://[::1/nexus/v3"}, "E002"),
        ({"SECUREMAIL_API_URL": "https:///nexus/v3"}, "E003"),
        ({"SECUREMAIL_API_URL": "https://api.example.com/nexus/v3?x=1"}, "E003"),
        ({"SECUREMAIL_API_URL": "https://user:word@api.example.com/nexus/v3"}, "E004"),
        ({"SECUREMAIL_API_URL": "http://api.example.com/nexus/v3"}, "E005"),
        ({"SECUREMAIL_API_URL": "http://127.0.0.1:8001/nexus/v3", "PRODUCTION": True}, "E006"),
        ({"SECUREMAIL_API_KEY": ""}, "E007"),
        ({"SECUREMAIL_API_KEY": "two\nlines"}, "E007"),
        ({"SECUREMAIL_API_KEY": "", "SECUREMAIL_API_KEYS": ["good", "not good"]}, "E007"),
        ({"SECRET_KEY": "short", "PRODUCTION": True}, "E008"),
        ({"ALLOWED_HOSTS": ["*"]}, "E009"),
        ({"ALLOWED_HOSTS": [".example.com"]}, "E009"),
        ({"PORTAL_EMBED_ORIGINS": ["https://www.example.com/"]}, "E030"),
        ({"PORTAL_EMBED_ORIGINS": ["https://*.example.com"]}, "E030"),
        ({"PORTAL_EMBED_ORIGINS": ["http://www.example.com"]}, "E030"),
        ({"PORTAL_EMBED_ORIGINS": ["*"]}, "E030"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["mail.example.com"]}, "E010"),
        ({"PORTAL_PAGE_SIZE": 101}, "E011"),
        ({"PORTAL_SAVES_AT_ONCE": 17}, "E011"),
        ({"PORTAL_SAVE_MESSAGES": 49}, "E011"),
        ({"PORTAL_SEARCH_CALLS": 4}, "E011"),
        ({"PORTAL_MAX_TEXT": 0}, "E011"),
        ({"SESSION_IDLE_SECONDS": 0}, "E011"),
        ({"SECUREMAIL_CALLS_PER_BOX": 0}, "E011"),
        ({"SECUREMAIL_CALLS_PER_BOX": 257}, "E011"),
        ({"PORTAL_DRAFT_DAYS": 7}, "E011"),
        ({"PORTAL_DRAFT_DAYS": 3_651}, "E011"),
        ({"PORTAL_DELIVER_HOURS": 0}, "E011"),
        ({"PORTAL_DELIVER_HOURS": 721}, "E011"),
        ({"PORTAL_SEND_HOURLY": 0}, "E011"),
        ({"PORTAL_SEND_DAILY": 0}, "E011"),
        ({"PORTAL_SEND_WAITING": 1_001}, "E011"),
        ({"PORTAL_PAGES_PER_MINUTE": 29}, "E011"),
        ({"PORTAL_ACTIVITY_DAYS": 29}, "E011"),
        ({"PORTAL_INVITATION_DAYS": 31}, "E011"),
        ({"SESSION_ABSOLUTE_SECONDS": 299}, "E011"),
        ({"PORTAL_BRAND_DIR": "/nowhere"}, "E012"),
        ({"METRICS_TOKEN": "fifteen-letters"}, "E060"),
        ({"METRICS_TOKEN": "sixteen letters and more"}, "E060"),
        ({"PROMETHEUS_MULTIPROC_DIR": "/dev/null/metrics"}, "E061"),
        ({"PORTAL_SECURITY_CONTACT": ["security@example.com"]}, "E026"),
        ({"PORTAL_CONTACT": "+44 20 7946 0000"}, "E070"),
        ({"PORTAL_CONTACT": "hours=always"}, "E070"),
        ({"PORTAL_PRIVACY_URL": "www.example.com/privacy"}, "E071"),
        ({"PORTAL_SIGNUP": "everybody"}, "E014"),
        ({"PORTAL_SIGNUP": ""}, "E014"),
        ({"PORTAL_URL": "mail.example.com"}, "E016"),
        ({"PORTAL_URL": "http://mail.example.com"}, "E016"),
        ({"PORTAL_URL": "https://mail.example.com/portal"}, "E016"),
        ({"PORTAL_URL": "https://me@localhost"}, "E016"),
        ({"PORTAL_URL": "https://[::1"}, "E016"),
        ({"PORTAL_URL": "https://elsewhere.example.com", "PRODUCTION": True}, "E016"),
        ({"CSRF_TRUSTED_ORIGINS": ["https://*.example.com"], "PRODUCTION": True}, "E017"),
        ({"CSRF_TRUSTED_ORIGINS": ["http://mail.example.com"], "PRODUCTION": True}, "E017"),
        ({"CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}, "E018"),
        ({"CACHE_TIMEOUT": 0}, "E011"),
        ({"CACHE_TIMEOUT": 60}, "E011"),
        ({"CACHES": redis_at(1, sockettimeout=1)}, "E046"),
        ({"CACHES": {"default": REDIS | {"LOCATION": "redis://:pa/ss@cache:6379/0"}}}, "E046"),
        ({"CACHES": {"default": REDIS | {"LOCATION": "tcp://cache:6379/0"}}}, "E046"),
        ({**MAILS_IN_THE_LOG, "PRODUCTION": True}, "E041"),
        ({"SECURE_HSTS_PRELOAD": True}, "E029"),
        ({"REQUEST_ID_HEADER": "X-Request-Id: x"}, "E063"),
        ({"PORTAL_AUDIT_STREAM": "stdout"}, "E064"),
        ({"PORTAL_AUDIT_STREAM": "syslog://siem.example.com"}, "E064"),
        ({"PORTAL_AUDIT_STREAM": "/nowhere/audit.jsonl"}, "E064"),
        ({"PORTAL_ERROR_REPORTER": "portal.nothing.report"}, "E062"),
        ({"PORTAL_ERROR_REPORTER": "portal.settings.DEBUG"}, "E062"),
        ({"PRODUCTION": True}, "W001"),
        ({"PRODUCTION": True}, "E042"),
        ({"PRODUCTION": True, "ALLAUTH_TRUSTED_PROXY_COUNT": -1}, "E042"),
        ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, "E042"),
        (
            {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "HAS_NO_PROXY": True},
            "E042",
        ),
    ],
)
def test_each_mistake_has_a_numbered_check(settings, changes, number):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert f"portal.{number}" in failed_checks()


@pytest.mark.parametrize(
    "answer",
    [
        {"HAS_NO_PROXY": True},
        {"ALLAUTH_TRUSTED_PROXY_COUNT": 1},
        {"ALLAUTH_TRUSTED_CLIENT_IP_HEADER": "CF-Connecting-IP"},
    ],
)
def test_production_has_to_say_what_is_in_front_of_it_and_may_say_nothing(settings, answer):
    settings.PRODUCTION = True
    for name, value in answer.items():
        setattr(settings, name, value)
    assert "portal.E042" not in failed_checks()


@pytest.mark.parametrize(
    "changes",
    [
        {"SECUREMAIL_CA_FILE": "/nowhere.pem"},
        {"SECUREMAIL_READ_TIMEOUT": 0},
        {"SECUREMAIL_MAX_BYTES": 0},
    ],
)
def test_settings_that_the_client_refuses_are_found(settings, changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert "inbox.E001" in failed_checks()


@pytest.mark.parametrize(
    "changes",
    [
        {"SECUREMAIL_DIALECT": "{"},
        {"SECUREMAIL_DIALECT": "/nowhere.json"},
        {"SECUREMAIL_DIALECT": {"zoen": "Europe/Berlin"}},
        {"SECUREMAIL_MESSAGE_FIELDS": {"bogus": ["x"]}},
        {"SECUREMAIL_COMPOSE_FIELDS": {"text": 1}},
    ],
)
def test_a_wrong_dialect_is_found_and_hides_no_other_mistake(settings, changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert failed_checks() == ["inbox.E003"]


API = "https://api.example.com/nexus/v3"
LIFE = {"url": "https://life.example.com/nexus/v3", "keys": ["canary"]}


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"SECUREMAIL_API_KEYS": ["canary"]}, "E001"),
        ({"SECUREMAIL_API_URL": API, "SECUREMAIL_PROXY": "canary:3128"}, "E010"),
        ({"SECUREMAIL_API_URL": API, "SECUREMAIL_PROXY": "socks5://user:canary@proxy.example.com"}, "E010"),
        ({"SECUREMAIL_PROXY": "http://user:canary@proxy.example.com"}, "E010"),
        ({"SECUREMAIL_CLIENT_CERTIFICATE": "/nowhere.pem"}, "E011"),
        ({"SECUREMAIL_CLIENT_CERTIFICATE": __file__}, "E011"),
        ({"SECUREMAIL_CLIENT_KEY_PASSWORD": "canary"}, "E011"),
        ({"SECUREMAIL_HEADERS": ["canary"]}, "E012"),
        ({"SECUREMAIL_HEADERS": {"X-Api-Key": "canary"}}, "E012"),
        ({"SECUREMAIL_HEADERS": {"X-A": "canary\r\nX-B: 1"}}, "E012"),
        ({"SECUREMAIL_KEY_HEADER": "x canary"}, "E012"),
        ({"SECUREMAIL_REQUEST_ID_HEADER": "x canary"}, "E012"),
        ({"SECUREMAIL_CONNECTIONS": ["canary"]}, "E013"),
        ({"SECUREMAIL_CONNECTIONS": {"life": {"keys": ["canary"]}}}, "E013"),
        ({"SECUREMAIL_CONNECTIONS": {"life": {**LIFE, "ca_file": "/nowhere.pem"}}}, "E013"),
        (
            {"SECUREMAIL_CONNECTIONS": {"life": {**LIFE, "url": "http://127.0.0.1:1"}}, "PRODUCTION": True},
            "E013",
        ),
        ({"SECUREMAIL_API_URL": "https://api.example.com/canary"}, "W010"),
        ({"PORTAL_SENDING_MARK_FILE": "/nowhere/mark"}, "E015"),
        ({"PORTAL_SENDING_MARK_FILE": os.curdir}, "E015"),
        ({"PORTAL_WORKING_DAYS": ["mon", "someday"]}, "E017"),
        ({"PORTAL_WORKING_DAYS": []}, "E017"),
        ({"SECUREMAIL_CONNECTIONS": {"life": {**LIFE, "url": "https://life.example.com/canary"}}}, "W010"),
    ],
)
def test_what_is_wrong_with_a_connection_has_a_number_and_is_not_shown(settings, changes, number):
    for name, value in changes.items():
        setattr(settings, name, value)
    found = [message for message in run_checks(tags=["portal"]) if message.id == f"inbox.{number}"]
    assert found and "canary" not in str(found) and all(message.hint for message in found)


def test_a_connection_of_every_kind_passes(settings, tmp_path):
    ours = self_signed(tmp_path, "portal", password="pass")
    settings.SECUREMAIL_API_URL, settings.SECUREMAIL_PROXY = API, "https://user:pass@proxy.example.com:3128"
    settings.SECUREMAIL_API_KEY, settings.SECUREMAIL_API_KEYS = "", ["new", "old"]
    settings.SECUREMAIL_CA_FILE = settings.SECUREMAIL_CLIENT_CERTIFICATE = ours.chain
    settings.SECUREMAIL_CLIENT_KEY, settings.SECUREMAIL_CLIENT_KEY_PASSWORD = ours.key, "pass"
    settings.SECUREMAIL_HEADERS, settings.SECUREMAIL_CONNECTIONS = {"X-Tenant": "all"}, {"life": LIFE}
    assert failed_checks() == []


def test_a_client_certificate_that_does_not_fit_its_key_is_found(settings, tmp_path_factory):
    ours, another = (self_signed(tmp_path_factory.mktemp("tls"), "portal") for _ in range(2))
    settings.SECUREMAIL_CLIENT_CERTIFICATE, settings.SECUREMAIL_CLIENT_KEY = ours.chain, another.key
    (error,) = run_checks(tags=["portal"])
    assert error.id == "inbox.E011" and "must be the key of SECUREMAIL_CLIENT_CERTIFICATE" in error.msg


def test_a_client_certificate_that_has_expired_is_a_warning(settings, tmp_path):
    old = self_signed(tmp_path, "portal", days=-1)
    settings.SECUREMAIL_CLIENT_CERTIFICATE, settings.SECUREMAIL_CLIENT_KEY = old.chain, old.key
    assert failed_checks() == ["inbox.W011"]


def test_a_securebox_with_an_unknown_connection_is_found(db, settings):
    Securebox.objects.create(slug="life", title="Life", connection="life")
    (error,) = run_checks(tags=["database"], databases=["default"])
    assert error.id == "inbox.E014" and "The securebox life has an unknown connection: life." in error.msg
    settings.SECUREMAIL_CONNECTIONS = {"life": LIFE}
    assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], "FIELD_ENCRYPTION_KEYS is not set."),
        ([""], "key 1 is no Fernet key."),
        (["short"], "key 1 is no Fernet key."),
        ([GOOD_KEY, "a-secret-that-is-no-key"], "key 2 is no Fernet key."),
        ([GOOD_KEY, GOOD_KEY[:-1] + "é"], "key 2 is no Fernet key."),
    ],
)
def test_invalid_encryption_keys_are_found_but_not_shown(settings, keys, expected):
    settings.FIELD_ENCRYPTION_KEYS = keys
    (error,) = [message for message in run_checks(tags=["portal"]) if message.id == "inbox.E002"]
    assert expected in error.msg and "Fernet.generate_key" in error.hint
    assert not [key for key in keys if key and key in str(error)]


def test_several_encryption_keys_pass(settings):
    settings.FIELD_ENCRYPTION_KEYS = [GOOD_KEY, Fernet.generate_key().decode()]
    assert failed_checks() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_PAGE_SIZE", "ten"),
        pytest.param("TRUSTED_PROXY_COUNT", "one", marks=pytest.mark.proof),
        pytest.param("SECUREMAIL_MESSAGE_FIELDS", "{", marks=pytest.mark.proof),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_variable_that_cannot_be_parsed_is_named(name, value):
    environment = {**os.environ, name: value}
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  A command of our own.
    assert run.returncode == 1 and run.stderr.startswith(f"The portal is not set up: {name} cannot be read")


def test_a_variable_may_be_in_a_file_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "url").write_text("postgres://portal:secret@db.example.com/portal\n")
    monkeypatch.setenv("SOME_URL_FILE", str(tmp_path / "url"))
    assert Environment().db_url("SOME_URL")["NAME"] == "portal"


def test_a_file_with_a_variable_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(
        ImproperlyConfigured, match="SOME_KEY_FILE names a file that cannot be read: No such file"
    ):
        Environment().str("SOME_KEY", default="")
    (tmp_path / "absent").write_bytes(b"\xff\xfe")
    with pytest.raises(ImproperlyConfigured, match="it is not text"):
        Environment().str("SOME_KEY", default="")


@pytest.mark.parametrize(
    "changes",
    [
        {"PORTAL_URL": "https://mail.example.com"},
        pytest.param({"PORTAL_URL": "https://[::1"}, marks=pytest.mark.proof),
        {"CSRF_TRUSTED_ORIGINS": "https://mail.example.com"},
        pytest.param({"ALLOWED_HOSTS": "localhost,mail.example.com"}, marks=pytest.mark.proof),
    ],
)
def test_a_portal_with_a_public_name_is_in_production(changes):
    """Even if a proxy calls it "localhost". The check that only production has finds the tests' sandbox."""
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, env={**os.environ, **changes}, capture_output=True, text=True, check=False)  # noqa: S603  A command of our own.
    assert run.returncode == 1 and "portal.E006" in run.stderr


def test_a_server_does_not_start_without_static_files(settings, tmp_path, monkeypatch):
    uncollected = CompressedManifestStaticFilesStorage(location=tmp_path)
    monkeypatch.setattr(checks, "staticfiles_storage", uncollected)
    with pytest.raises(ImproperlyConfigured, match="collectstatic"):
        refuse_to_start_misconfigured()


def test_a_server_does_not_start_with_a_log_that_may_hold_mail(monkeypatch):
    monkeypatch.setattr(logging.getLogger("gunicorn.access"), "handlers", [logging.StreamHandler()])
    with pytest.raises(ImproperlyConfigured, match=r"gunicorn\.access"):
        refuse_to_start_misconfigured()


def test_an_error_names_the_setting_out_of_bounds(settings):
    settings.SESSION_IDLE_SECONDS = 5
    (error,) = run_checks(tags=["portal"])
    assert error.msg == "SESSION_IDLE_SECONDS must lie between 60 and 86400."


def test_a_server_does_not_start_with_a_failed_check(settings):
    settings.SECUREMAIL_API_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="SECUREMAIL_API_KEY is not set"):
        refuse_to_start_misconfigured()
