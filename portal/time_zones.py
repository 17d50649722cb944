"""The time zones that people can choose, by their names in the IANA database, such as "Europe/Berlin"."""

from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

MAX_NAME: Final = 64  # Characters; the longest has 38.
# The regions of the database. Its other names are older ones for the same zones.
_REGIONS: Final = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def names() -> frozenset[str]:
    """Every zone of a place, and UTC. Read once, since it searches folders."""
    regions = tuple(f"{region}/" for region in _REGIONS)
    return frozenset(name for name in available_timezones() if name == "UTC" or name.startswith(regions))


@cache
def by_region() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The zones as the choices of a form: "New York" under "America"."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for name in sorted(names() - {"UTC"}):
        region, _slash, place = name.partition("/")
        groups[region].append((name, place.replace("_", " ").replace("/", ", ")))
    return (*((region, tuple(zones)) for region, zones in groups.items()), ("UTC", (("UTC", "UTC"),)))


@lru_cache(maxsize=100)
def find(name: str) -> ZoneInfo | None:
    """None for a name that this machine does not know: a new one, or one that was removed from the database."""
    try:
        return ZoneInfo(name) if name in names() else None
    except (KeyError, ValueError, OSError):  # Removed since the names were read.
        return None
