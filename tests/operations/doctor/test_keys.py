"""What the doctor says of the keys that encrypt what is stored."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from inbox.models import OutgoingMessage
from portal import encryption
from portal.findings import State
from portal.operations.doctor import keys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(alice, claims):
    message = OutgoingMessage(nonce=uuid4(), consumer=alice, securebox=claims)
    message.encrypted_content = encryption.encrypt("canary")
    message.save()


def test_rows_that_the_first_key_decrypts_are_fine(draft):
    (finding,) = keys.look()
    assert finding.state == State.OK and "canary" not in str(finding)


def test_rows_that_need_an_older_key_are_not_forgotten(draft, settings):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    (finding,) = keys.look()
    assert finding.state == State.WARNING and "rotate_keys before you remove a key" in finding.fix


def test_what_is_no_key_is_named_and_not_shown(settings):
    settings.FIELD_ENCRYPTION_KEYS = ["canary"]
    (finding,) = keys.look()
    assert finding.state == State.FAILURE and "key 1 is no Fernet key" in finding.message
    assert "canary" not in str(finding)


def test_the_key_of_development_is_none_for_production(settings):
    settings.PRODUCTION = True
    settings.FIELD_ENCRYPTION_KEYS = ["for-development-only-for-development-only-0="]
    assert next(iter(keys.look())).state == State.FAILURE
