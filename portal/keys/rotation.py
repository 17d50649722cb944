"""What to do next to replace a key that several processes share: first all of them know it, then it writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from portal.keys.fingerprints import ENCRYPTING, SIGNING
from portal.models import RunningProcess


@dataclass(frozen=True)
class KeyUse:
    """A key of this process: how many rows need it, and which processes do not know it."""

    fingerprint: str
    rows: int
    unknown_to: Sequence[RunningProcess]


# Where a key stands that only reads.
LISTS: Final = {ENCRYPTING: ENCRYPTING, SIGNING: "SECRET_KEY_FALLBACKS"}
_FORMER: Final = {
    ENCRYPTING: "Run manage.py rotate_keys: {rows} rows need a former key.",
    SIGNING: "Wait: {rows} sessions need a former key. They change to the first one as they are used.",
}
_UNUSED: Final = {
    ENCRYPTING: "Keys behind the first: one that is new belongs to the front, everywhere; a former one can be removed.",
    SIGNING: (
        "SECRET_KEY_FALLBACKS: a key that is new changes places with SECRET_KEY, everywhere; a former one can be"
        " removed PORTAL_DRAFT_DAYS after it was SECRET_KEY: drafts and open compose pages need it."
    ),
}


def is_dangerous(uses: Sequence[KeyUse]) -> bool:
    """Whether what this process writes cannot be read by another."""
    return bool(uses[0].unknown_to)


def next_step(setting: str, uses: Sequence[KeyUse], number_in_other_order: int) -> str:
    """One sentence or two. `number_in_other_order` is of processes that write with another key than this one."""
    first, *behind = uses
    if first.unknown_to:
        return (
            f"Key 1 is not known to {_names(first.unknown_to)}: what it writes cannot be read there. Move it to the end"
            f" of {LISTS[setting]} here, add it at the end there, and restart them all."
        )
    for number, use in enumerate(behind, start=2):
        if use.unknown_to:
            return (
                f"Add key {number} at the end of {LISTS[setting]} for {_names(use.unknown_to)}, and restart them. Only"
                " then move it to the front."
            )
    if number_in_other_order:
        return f"Give {number_in_other_order} processes the same order, and restart them: they write with another key."
    if rows := sum(use.rows for use in behind):
        return _FORMER[setting].format(rows=rows)
    return _UNUSED[setting] if behind else f"To replace it, make another one: manage.py keys --new {setting}"


def _names(processes: Sequence[RunningProcess]) -> str:
    return ", ".join(map(str, processes))
