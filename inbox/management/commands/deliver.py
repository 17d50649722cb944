import logging
import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Thread

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from inbox.outgoing import delivery, restoring
from inbox.outgoing.sending_mark import DatabaseIsOlder
from portal import tallies
from portal.accounts.emails import delivery as mails
from portal.heartbeats import DELIVER, HeartbeatWriter
from portal.keys import running_processes
from portal.stopping import Stop

logger = logging.getLogger(__name__)

_MAIL_SECONDS = 30  # Of one round. A mail that is being sent at its end is not cut off.
_LAST_MAIL_SECONDS = 10  # After SIGTERM, for the mail that is being sent. Cut off, it is tried again later.


class Command(BaseCommand):
    help = (
        "Send queued messages, look up those that are unconfirmed, delete old drafts, and send the portal's own mails"
        " that wait: one round, or with --forever round after round. Several processes may run at the same time, on"
        " several machines."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="run until SIGTERM or SIGINT")
        parser.add_argument(
            "--interval", type=float, default=5.0, help="seconds between two rounds (default: 5)"
        )
        parser.add_argument(
            "--touch",
            type=Path,
            metavar="FILE",
            help="a file to touch while rounds go on, for a probe that looks at its age",
        )
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help="once, after the database was restored from a backup: what is queued may have been sent since, so it"
            " becomes unconfirmed and is looked for; all sessions end. Sends nothing",
        )

    def handle(
        self,
        *,
        forever: bool,
        interval: float,
        after_restore: bool,
        touch: Path | None = None,
        **options: object,
    ) -> None:
        if after_restore:
            self._after_restore()
            return
        self._touched = touch
        tallies.start_measuring()
        self._heartbeats = HeartbeatWriter(DELIVER)
        try:
            if forever:
                self._run_forever(interval)
            else:
                self._run_once()
        except DatabaseIsOlder as error:
            self._heartbeats.end_round("the database is older than the last sending", succeeded=False)
            raise CommandError(str(error)) from None

    def _after_restore(self) -> None:
        restored = restoring.after_restore()
        self.stdout.write(
            f"Messages that may have been sent since the backup: {restored.unconfirmed}. They are looked for.\n"
            f"Sessions that have ended: {restored.sessions}.\n"
            "Messages that are written from now on are sent."
        )

    def _run_once(self) -> None:
        run = delivery.run()
        self._heartbeats.end_round(str(run))
        self.stdout.write(str(run))
        if (sent := mails.send_due(seconds=_MAIL_SECONDS)).did_anything:
            self.stdout.write(str(sent))

    def _run_forever(self, interval: float) -> None:
        running_processes.start(DELIVER)
        stopped = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        self._round(stopped)  # It ends here, before any mail, if the database is older than the last sending.
        # A thread of its own, so that a slow mail server holds up no secure message.
        mailing = Thread(target=_send_mails, args=(stopped, interval), name="mails", daemon=True)
        mailing.start()
        while not stopped.wait(interval):
            self._round(stopped)
        mailing.join(_LAST_MAIL_SECONDS)

    def _round(self, stopped: Stop) -> None:
        """A database that fails for a while must not end a process that is meant to run for days."""

        def keep_going() -> bool:
            self._touch()
            self._heartbeats.beat()
            return not stopped.is_set()

        try:
            run = delivery.run(keep_going)
        except DatabaseError:
            logger.exception("deliver: the database failed; going on with the next round")
            self._heartbeats.end_round("the database failed", succeeded=False)
        else:
            self._heartbeats.end_round(str(run))
            level = logging.INFO if run.did_anything else logging.DEBUG
            logger.log(level, "deliver: %s", run)
        finally:
            self._touch()
            close_old_connections()

    def _touch(self) -> None:
        """The file is this process's own sign of life, whether or not the database can hold one."""
        if self._touched:
            self._touched.touch()


def _send_mails(stopped: Stop, interval: float) -> None:
    while not stopped.is_set():
        try:
            run = mails.send_due(lambda: not stopped.is_set(), seconds=_MAIL_SECONDS)
        except DatabaseError:
            logger.exception("deliver: the database failed; mails wait for the next round")
        except Exception:
            logger.exception("deliver: mails could not be dealt with; going on with the next round")
        else:
            logger.log(logging.INFO if run.did_anything else logging.DEBUG, "deliver: %s", run)
        finally:
            close_old_connections()
        stopped.wait(interval)
