"""Read the letters in `mail/` and put them into the sandbox.

Each file names its securebox and has a table `letter` for each message:

- `consumer`: the consumer's first name, in lower case. `agent`: the name of the agent who wrote it; without one, the
  consumer wrote it.
- When: `days` ago at the `time` of that day, or `minutes` ago.
- `unread`, `subject`, `text`, `html`, `userdata`, `routing`: as the sandbox's control endpoint takes them.
- `key`: a name for the letter, to which a later letter can refer as the one that it `answers`.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal.demo import cast, data_folder, http

MAIL = Path(__file__).parent / "mail"
PEOPLE = {person.first_name.lower(): person for person in (cast.ANNA, cast.MINH)}
COPIED_FIELDS = ("subject", "text", "html", "userdata", "routing")


@dataclass(frozen=True)
class Letter:
    """`message` is what the control endpoint takes; `answers` is the key of an earlier letter."""

    message: dict[str, Any]
    key: str | None
    answers: str | None


def deliver_once(port: int, sandbox_has_mail: bool) -> None:
    """Put all letters into the sandbox on this port, unless that was done before and the sandbox still has mail."""
    if sandbox_has_mail and data_folder.LETTERS_DELIVERED.exists():
        return
    http.post(port, "/control/reset", {})  # An interrupted start may have delivered some of them.
    ids: dict[str | None, str] = {}
    for letter in read_letters(timezone.localtime()):
        parent = {"parent_id": ids[letter.answers]} if letter.answers else {}
        ids[letter.key] = http.post(port, "/control/messages", letter.message | parent)["id"]
    data_folder.LETTERS_DELIVERED.touch()


def read_letters(now: datetime) -> Iterator[Letter]:
    """All letters. Their dates count back from `now`, and their times of day are in its time zone."""
    for path in sorted(MAIL.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for letter in content["letter"]:
            yield _letter(letter, content["securebox"], now)


def _letter(given: dict[str, Any], securebox: str, now: datetime) -> Letter:
    consumer, agent = PEOPLE[given["consumer"]], given.get("agent")
    message = {
        "address": consumer.address,
        "securebox": securebox,
        "direction": "outbound" if agent else "inbound",
        "from_name": agent or consumer.name,
        "date": _date(given, now).isoformat(),
        "status": "unread" if given.get("unread") else "read",
    }
    message |= {field: given[field] for field in COPIED_FIELDS if field in given}
    return Letter(message, given.get("key"), given.get("answers"))


def _date(given: dict[str, Any], now: datetime) -> datetime:
    if "minutes" in given:
        return now - timedelta(minutes=given["minutes"])
    day = (now - timedelta(days=given["days"])).date()
    time_of_day: time = given["time"]
    return datetime.combine(day, time_of_day, tzinfo=now.tzinfo)
