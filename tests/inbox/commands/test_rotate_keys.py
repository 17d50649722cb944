"""`manage.py rotate_keys`: everything is encrypted with the new key, and the old one can be removed."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from inbox.models import OutgoingMessage
from portal.accounts.allauth_compat import TOTP, RecoveryCodes, generate_totp_secret, totp_code
from portal.encryption import rotate
from tests.inbox.windows import COMPOSE, Window

pytestmark = pytest.mark.postgresql


@pytest.fixture
def drafts(alice_client) -> list[str]:
    """The URLs of three drafts, oldest first."""
    for number in range(3):
        Window(alice_client).save(text=f"Draft {number}.")
    return [f"{COMPOSE}?draft={row.nonce}" for row in OutgoingMessage.objects.order_by("pk")]


@pytest.fixture
def keys(settings) -> tuple[str, str]:
    """The old key, now at the end of the list, and the new one."""
    (old,), new = settings.FIELD_ENCRYPTION_KEYS, Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    return old, new


def texts(client, drafts: list[str]) -> list[str]:
    return [Window(client, draft).fields["text"] for draft in drafts]


ALL = ["Draft 0.", "Draft 1.", "Draft 2."]


def test_the_old_key_decrypts_while_it_is_listed(alice_client, drafts, keys):
    assert texts(alice_client, drafts) == ALL


def test_the_old_key_can_be_removed_afterwards(alice_client, drafts, keys, settings, capsys):
    call_command("rotate_keys")
    assert capsys.readouterr().out == "3 encrypted anew.\n"
    settings.FIELD_ENCRYPTION_KEYS = [keys[1]]
    assert texts(alice_client, drafts) == ALL


def test_the_old_key_is_needed_without_the_command(alice_client, drafts, keys, settings):
    settings.FIELD_ENCRYPTION_KEYS = [keys[1]]
    for draft in drafts:
        assert "can’t open what you wrote" in alice_client.get(draft, follow=True).content.decode()


def test_running_again_changes_only_the_encryption(alice_client, drafts, keys):
    before = list(OutgoingMessage.objects.order_by("pk").values_list("version", "saved_at", "state"))
    for _ in range(2):
        call_command("rotate_keys", verbosity=0)
    assert list(OutgoingMessage.objects.order_by("pk").values_list("version", "saved_at", "state")) == before
    assert texts(alice_client, drafts) == ALL


def test_a_concurrent_save_is_not_overwritten(alice_client, drafts, keys, monkeypatch):
    other = [Window(alice_client, drafts[0])]

    def rotate_slowly(token: str) -> str:
        while other:
            other.pop().save(text="Meanwhile.")
        return rotate(token)

    monkeypatch.setattr("portal.encryption.rotate", rotate_slowly)
    call_command("rotate_keys")
    assert texts(alice_client, drafts) == ["Meanwhile.", *ALL[1:]]


def test_a_missing_key_is_an_error_and_the_rest_is_rotated(alice_client, drafts, keys, settings, capsys):
    stranger = OutgoingMessage.objects.order_by("pk").first()
    sealed = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    OutgoingMessage.objects.filter(pk=stranger.pk).update(encrypted_content=sealed)
    with pytest.raises(
        CommandError, match="1 cannot be decrypted: the key they were written with is not among"
    ):
        call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [keys[1]]
    assert texts(alice_client, drafts[1:]) == ALL[1:]
    stranger.refresh_from_db()
    assert stranger.encrypted_content == sealed and "2 encrypted anew." in capsys.readouterr().out


def test_an_empty_database_needs_nothing(db, capsys):
    call_command("rotate_keys")
    assert capsys.readouterr().out == "0 encrypted anew.\n"


def test_secrets_of_second_steps_are_rotated(alice, keys, settings):
    settings.FIELD_ENCRYPTION_KEYS = keys[:1]
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    codes = RecoveryCodes.activate(alice).generate_codes()
    settings.FIELD_ENCRYPTION_KEYS = [keys[1], keys[0]]
    call_command("rotate_keys", verbosity=0)
    settings.FIELD_ENCRYPTION_KEYS = [keys[1]]
    totp, recovery = (
        Authenticator.objects.get(user=alice, type=kind).wrap() for kind in ("totp", "recovery_codes")
    )
    assert totp.validate_code(totp_code(secret))
    assert recovery.generate_codes() == codes


def test_a_secret_that_no_key_decrypts_is_an_error(alice, keys, settings):
    TOTP.activate(alice, generate_totp_secret())
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="1 cannot be decrypted"):
        call_command("rotate_keys")


def test_every_secret_is_encrypted_again(alice):
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    assert secret not in str(Authenticator.objects.get().data)
