"""Reads the table of what everybody gets at each URL: `matrix.txt`, which explains itself."""

import re
from dataclasses import dataclass
from pathlib import Path

ANY = "any"
# Not the question mark of a regular expression, which Django's admin has in some routes.
_BESIDE = re.compile(r"(?<=/)(?=[?\[])")
REST_OF_THE_ADMIN = "/admin/*"


@dataclass(frozen=True)
class Row:
    """One line of the table. `entries` holds what each visitor gets, by the title of their column."""

    url: str
    methods: str
    entries: tuple[tuple[str, str], ...]
    framed: str

    @property
    def route(self) -> str:
        """The URL as the URL configuration has it."""
        return re.split(_BESIDE, self.url)[0].lstrip("/")

    @property
    def beside(self) -> str:
        """The query after a "?", or the form field in brackets; empty if only the path names something."""
        return self.url.removeprefix(f"/{self.route}")

    def allows(self, method: str) -> bool:
        return self.methods == ANY or method in self.methods.split(",")


def rows(routes: set[str]) -> list[Row]:
    """The table's rows. The one for the rest of the admin becomes one for each of these routes that it stands for."""
    lines = (Path(__file__).parent / "matrix.txt").read_text().splitlines()
    titles, *table = [line.split() for line in lines if line and not line.startswith("#")]
    listed = [_row(titles, cells) for cells in table]
    known = {row.route for row in listed}
    (rest,) = [row for row in listed if row.url == REST_OF_THE_ADMIN]
    others = sorted(route for route in routes - known if route.startswith("admin/"))
    return [row for row in listed if row is not rest] + [
        Row(f"/{route}", rest.methods, rest.entries, rest.framed) for route in others
    ]


def _row(titles: list[str], cells: list[str]) -> Row:
    url, methods, *entries, framed = cells
    return Row(url, methods, tuple(zip(titles[2:-1], entries, strict=True)), framed)
