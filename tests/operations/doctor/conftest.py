"""An installation in which all is well, to be broken."""

import shutil
from collections import namedtuple
from collections.abc import Iterator

import django
import pytest
from django.utils import timezone

from portal.models import Heartbeat
from tests.inbox.diagnosis.api import Api
from tests.support.wire import Wire

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def api(settings) -> Iterator[Api]:
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        api = Api(wire)
        wire.script(api)
        yield api


@pytest.fixture
def well(transactional_db, api, monkeypatch) -> None:
    for program in ("deliver", "tidy"):
        Heartbeat.objects.create(program=program, host="host-1", at=timezone.now(), outcome="0 tried")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**12, 0, 10**12))


@pytest.fixture
def mail_to(settings):
    """Have mails go to a server on this port, where a user has to sign in."""

    def change(port: int, **options) -> None:
        options = {"username": "portal", "password": "canary", "use_tls": False, "use_ssl": False} | options
        options |= {"host": "127.0.0.1", "port": port}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        if django.VERSION >= (6, 1):
            settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
            return
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = backend, "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = options["username"], options["password"]
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = options["use_tls"], options["use_ssl"]

    return change
