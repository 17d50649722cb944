"""The other processes of a campaign: deliveries, locks on the database, and a record of unconfirmed messages."""

import json
import random
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from django.db import connection, transaction

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery
from portal.stopping import Stop
from tests.chaos.campaign.config import Config
from tests.chaos.campaign.diary import Diary
from tests.chaos.campaign.kills import Kills
from tests.chaos.campaign.plan import POINTS
from tests.chaos.campaign.time_scale import scaled

LIFE = 3.0  # Seconds. Then a delivering process ends, and the next one may have another clock.
LOOKS_A_SECOND = 10


def until_told() -> Callable[[float], bool]:
    """Return a function that pauses for some seconds, and returns False after a SIGTERM. Work is finished first."""
    over = Stop()

    def end(_signal: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, end)
    return lambda seconds: not over.wait(seconds)


def sweep(config: Config, name: str, life: int) -> None:
    """The same as `manage.py deliver --forever`, but sometimes killed."""
    going_on = until_told()
    diary = Diary(config.diaries / f"{name}.jsonl")
    kills = Kills(diary)
    chance = random.Random(f"{config.seed} {name} {life}")  # noqa: S311  Not for secrets.
    until = time.monotonic() + LIFE
    while going_on(scaled(5)) and time.monotonic() < until:
        kills.arm(killed_at=chance.choice(POINTS) if chance.random() < 0.02 else "")
        try:
            diary.note(did="swept", what=str(delivery.run()))
        except Exception as error:  # noqa: BLE001  A failed delivery is one of the findings.
            diary.note(did="sweep failed", error="".join(traceback.format_exception(error)[-2:]))


def lock_database(config: Config, name: str, _life: int) -> None:
    """Lock the database for up to two seconds, as a backup or a migration may."""
    going_on = until_told()
    diary = Diary(config.diaries / f"{name}.jsonl")
    chance = random.Random(f"{config.seed} {name}")  # noqa: S311  Not for secrets.
    while going_on(chance.uniform(2, 6)):
        seconds = chance.choice((0.1, 0.2, 0.5, 2.0))
        with transaction.atomic(), connection.cursor() as cursor:
            # On SQLite, each transaction begins with the write lock, as the settings say. That blocks all others.
            if connection.vendor == "postgresql":
                cursor.execute(f"LOCK TABLE {OutgoingMessage._meta.db_table} IN EXCLUSIVE MODE")
            time.sleep(seconds)
        diary.note(did="locked", seconds=seconds)


def watch(config: Config, _name: str, _life: int) -> None:
    """Record for how many seconds each message was unconfirmed; None if it still is."""
    going_on = until_told()
    began: dict[str, float] = {}
    lasted: dict[str, float] = {}
    while going_on(1 / LOOKS_A_SECOND):
        rows = OutgoingMessage.objects.filter(state=OutgoingMessage.State.UNCONFIRMED)
        in_doubt = {str(nonce) for nonce in rows.values_list("nonce", flat=True)}
        now = time.monotonic()
        for nonce in in_doubt:
            began.setdefault(nonce, now)
            lasted.pop(nonce, None)
        for nonce in began.keys() - in_doubt - lasted.keys():
            lasted[nonce] = now - began[nonce]
    _write(config.watched, {nonce: lasted.get(nonce) for nonce in began})


def _write(path: Path, seconds: dict[str, float | None]) -> None:
    path.write_text(json.dumps(seconds))
