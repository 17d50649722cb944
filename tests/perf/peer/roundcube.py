"""Roundcube on nginx and php-fpm, with SQLite, dovecot and one mailbox, until the end of a `with` statement."""

import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tests.cluster.program import Program
from tests.perf import cpu_time, letters
from tests.perf.peer import configuration, packages
from tests.support.proxy import free_port


@dataclass(frozen=True)
class Roundcube:
    """At `port` on this machine. `nginx` and `php` are process ids."""

    port: int
    nginx: int
    php: int

    def cost_of(self, ask: Callable[[], object], requests: int) -> float:
        """The processor seconds of nginx and php-fpm for one call."""
        before = self.seconds()
        for _ in range(requests):
            ask()
        return (self.seconds() - before) / requests

    def nginx_seconds(self) -> float:
        return cpu_time.seconds(self.nginx)

    def seconds(self) -> float:
        return cpu_time.seconds(self.nginx) + cpu_time.seconds(self.php)


@contextmanager
def running(person: str, messages: int) -> Iterator[Roundcube]:
    with tempfile.TemporaryDirectory(prefix="roundcube-") as name, ExitStack() as ended:
        folder, imap, http = Path(name), free_port(), free_port()
        _prepare(folder, imap, http)
        _fill(folder / "mail", person, messages)
        _give_to_www_data(folder)
        commands = {
            "dovecot": (["/usr/sbin/dovecot", "-F", "-c", f"{folder}/dovecot.conf"], imap),
            "php-fpm": ([packages.php_fpm(), "-F", "-y", f"{folder}/php-fpm.conf"], None),
            "nginx": (["/usr/sbin/nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/nginx.log"], http),
        }
        programs = {}
        for program, (command, port) in commands.items():
            is_ready = _listens(port) if port else (folder / "php-fpm.socket").exists
            programs[program] = Program(command, os.environ, folder / f"{program}.out", is_ready, folder)
            ended.callback(programs[program].stop)
            programs[program].start()
        yield Roundcube(http, programs["nginx"].pid, programs["php-fpm"].pid)


def _prepare(folder: Path, imap: int, http: int) -> None:
    texts = {
        "php-fpm.conf": configuration.PHP_FPM,
        "nginx.conf": configuration.NGINX,
        "dovecot.conf": configuration.DOVECOT,
        "roundcube/config.inc.php": configuration.ROUNDCUBE,
    }
    (folder / "roundcube").mkdir()
    for name, text in texts.items():
        filled = text.format(
            folder=folder, imap=imap, http=http, pages=packages.PAGES, password=letters.PASSWORD
        )
        (folder / name).write_text(filled)
    for defaults in (packages.DEFAULTS, packages.DEFAULTS.with_name("mimetypes.php")):
        (folder / "roundcube" / defaults.name).symlink_to(defaults)
    with sqlite3.connect(folder / "roundcube/roundcube.sqlite3") as database:
        database.executescript(packages.SCHEMA.read_text())


def _fill(mail: Path, person: str, messages: int) -> None:
    """A Maildir with the letters that the portal's people have, the newest of them unread."""
    for part in ("cur", "new", "tmp"):
        (mail / part).mkdir(parents=True)
    for number in range(messages):
        message = EmailMessage()
        message["From"], message["To"] = "The company <company@example.com>", letters.address_of(person)
        message["Subject"] = f"Letter {number} of box 0"
        sent = letters.NEWEST - timedelta(hours=number)
        message["Date"], message["Message-ID"] = format_datetime(sent), f"<{number}@example.com>"
        message.set_content(letters.TEXT)
        if number == letters.FORMATTED:
            message.add_alternative(letters.HTML, subtype="html")
        seconds = int(sent.timestamp())
        file = mail / "cur" / f"{seconds}.{number}.example:2,{'S' if number else ''}"
        file.write_bytes(message.as_bytes())
        os.utime(file, (seconds, seconds))


def _give_to_www_data(folder: Path) -> None:
    folder.chmod(0o755)
    for path in (*(folder / "roundcube").rglob("*"), *(folder / "mail").rglob("*")):
        if not path.is_symlink():
            shutil.chown(path, "www-data", "www-data")
    for name in ("roundcube", "mail"):
        shutil.chown(folder / name, "www-data", "www-data")


def _listens(port: int) -> Callable[[], bool]:
    def listens() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    return listens
