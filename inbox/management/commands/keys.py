import secrets
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand, CommandError

from inbox.models import OutgoingMessage
from portal import encryption
from portal.accounts.login import mfa
from portal.accounts.models import PortalMail
from portal.accounts.sessions import store
from portal.keys import running_processes
from portal.keys.fingerprints import ENCRYPTING, SIGNING, fingerprints
from portal.keys.rotation import LISTS, KeyUse, is_dangerous, next_step


class Command(BaseCommand):
    help = (
        "Show the keys that all processes share: which process does not know one, how many rows need it, and what to do"
        " next to replace one. Keys are named by fingerprints, which tell nothing about them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new", choices=(ENCRYPTING, SIGNING), help="make a new key, and say where to put it"
        )

    def handle(self, *, new: str | None, **options: object) -> None:
        if new:
            self.stdout.write(_make_key(new))
            self.stdout.write(
                f"Add it at the end of {LISTS[new]} for every process, and restart them one after another. Then run"
                " manage.py keys."
            )
            return
        processes = running_processes.current()
        for process in processes:
            self.stdout.write(
                f"{process}: release {process.release}, last seen {process.seen_at:%Y-%m-%d %H:%M:%SZ}"
            )
        if not processes:
            self.stdout.write("No process of the portal has been seen within the last hour.")
        dangerous = [name for name in fingerprints() if not self._show(name)]
        if dangerous:
            raise CommandError(f"Not every process knows the first key: {', '.join(dangerous)}.")

    def _show(self, name: str) -> bool:
        """Whether all is well."""
        known, rows = fingerprints()[name], _rows(name)
        uses = [
            KeyUse(key, rows[position], running_processes.lacking(name, key))
            for position, key in enumerate(known)
        ]
        self.stdout.write(f"\n{name}\nKEY  FINGERPRINT  {'ROWS':<10}  NOT KNOWN TO")
        for number, use in enumerate(uses, start=1):
            unknown_to = f"{len(use.unknown_to)} processes" if use.unknown_to else "-"
            self.stdout.write(f"{number:<3}  {use.fingerprint:<11}  {use.rows:<10}  {unknown_to}")
        if rows[None]:
            self.stdout.write(f"     of no key    {rows[None]}")
        others = [process for process in running_processes.current() if process.keys[name][:1] != known[:1]]
        self.stdout.write(f"Next: {next_step(name, uses, len(others))}")
        return not is_dangerous(uses)


def _make_key(name: str) -> str:
    return Fernet.generate_key().decode() if name == ENCRYPTING else secrets.token_urlsafe(50)


def _rows(name: str) -> Counter[int | None]:
    """How many rows each key has written, by its position; None stands for keys that this process does not know."""
    if name == SIGNING:
        sessions = store.SessionStore.get_model_class().objects.values_list("session_data", flat=True)
        return Counter(map(store.key_position, sessions.iterator()))
    return Counter(map(encryption.key_position, _encrypted()))


def _encrypted() -> Iterator[str]:
    yield from OutgoingMessage.objects.values_list("encrypted_content", flat=True).iterator()
    yield from PortalMail.objects.values_list("encrypted_content", flat=True).iterator()
    yield from mfa.encrypted_secrets()
