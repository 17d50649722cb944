"""What the processes of one campaign have in common."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

WRITING, SWEEPING = 3, 2  # Processes.


@dataclass(frozen=True)
class Config:
    """`folder` holds the diaries and what is found in the end."""

    folder: str
    seed: int
    messages: int

    @property
    def writers(self) -> int:
        """So few messages each that a person's list stays one that a person might have."""
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
        """The messages written in this process; two that are the same are written in the same one."""
        return [number for number in range(self.messages) if number // 2 % WRITING == member]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(**json.loads(path.read_text()))
