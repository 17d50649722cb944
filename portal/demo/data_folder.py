"""Where the demo keeps its data: `var/demo`, or the folder in the environment variable DEMO_FOLDER."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from portal import paths

FOLDER = Path(os.environ.get("DEMO_FOLDER") or paths.HOME / "var" / "demo").absolute()

PORTAL_DATABASE = FOLDER / "portal.sqlite3"
SANDBOX_DATABASE = FOLDER / "sandbox.sqlite3"
LETTERS_DELIVERED = FOLDER / "letters-delivered"  # Exists once all letters are in the sandbox.
STATIC = FOLDER / "static"
STATIC_FINGERPRINT = FOLDER / "static-fingerprint"
SECRET_KEY = FOLDER / "secret-key"
ENCRYPTION_KEY = FOLDER / "encryption-key"
WEBSITE_SECRET_KEY = FOLDER / "website-secret-key"
WEBSITE_SIGNING_KEY = FOLDER / "website-signing-key"
LOCK = FOLDER / "lock"

_SQLITE_SUFFIXES = ("", "-wal", "-shm", "-journal")


def secret_key() -> str:
    """The key that signs the portal's sessions. It is kept, so that they survive a restart."""
    return _read_or_create(SECRET_KEY, lambda: secrets.token_urlsafe(50))


def encryption_key() -> str:
    """The key that encrypts drafts. It is kept as long as they are."""
    return _read_or_create(ENCRYPTION_KEY, lambda: Fernet.generate_key().decode())


def website_secret_key() -> str:
    """The key that signs the sessions of the company's website."""
    return _read_or_create(WEBSITE_SECRET_KEY, lambda: secrets.token_urlsafe(50))


def website_signing_key() -> str:
    """The private key that signs the website's tokens, for ES256, as PEM."""
    return _read_or_create(WEBSITE_SIGNING_KEY, _new_signing_key)


def _new_signing_key() -> str:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def _read_or_create(file: Path, make: Callable[[], str]) -> str:
    try:
        key = file.read_text() if file.exists() else ""
        return key or _write_key(file, make())
    except OSError as error:
        raise ImproperlyConfigured(
            f"the demo cannot keep its data in {FOLDER} ({error.strerror}). Name another folder in DEMO_FOLDER."
        ) from error


def _write_key(file: Path, key: str) -> str:
    FOLDER.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(key)
    return key


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Keep a second demo off this folder. The system releases the lock when the process ends, even by SIGKILL."""
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"A demo is already running on the data in {FOLDER}. "
                "Stop that one first, or name another folder in DEMO_FOLDER."
            ) from None
        yield


def reset() -> None:
    """Delete all mail and accounts. Only files that the demo has made are deleted, each by its name."""
    for database in (PORTAL_DATABASE, SANDBOX_DATABASE):
        for suffix in _SQLITE_SUFFIXES:
            Path(f"{database}{suffix}").unlink(missing_ok=True)
    for file in (LETTERS_DELIVERED, STATIC_FINGERPRINT, WEBSITE_SECRET_KEY, WEBSITE_SIGNING_KEY):
        file.unlink(missing_ok=True)
