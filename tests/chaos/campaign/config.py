"""The configuration that the processes of a campaign share."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

WRITING, SWEEPING = 3, 2  # Processes.


@dataclass(frozen=True)
class Config:
    """`folder` holds the diaries and the results of the inspection."""

    folder: str
    seed: int
    messages: int

    @property
    def writers(self) -> int:
        """So many that each of them writes only about 40 messages, as a real consumer might."""
        return max(10, self.messages // 40)

    @property
    def diaries(self) -> Path:
        return Path(self.folder) / "diaries"

    @property
    def watched(self) -> Path:
        return Path(self.folder) / "watched.json"

    @property
    def found(self) -> Path:
        return Path(self.folder) / "found.json"

    def numbers(self, member: int) -> list[int]:
        """The numbers of the messages that this process writes. One process writes both of two identical messages."""
        return [number for number in range(self.messages) if number // 2 % WRITING == member]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(**json.loads(path.read_text()))
