"""Points in time, in the forms in which APIs write them.

ISO 8601; seconds or milliseconds since 1970; the date of an e-mail (RFC 2822); `/Date(1762178700000)/`, which is how
.NET used to write it; and an object with a value and its zone.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

EPOCH = re.compile(r"\d{9,16}")
# Epoch values from here on are milliseconds: in seconds they would lie beyond the year 5000.
MILLISECONDS_FROM = 100_000_000_000

DOTNET = re.compile(r"\\?/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\\?/")  # The offset is for display alone.
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})")
# A zone after a space, which Python's parser of ISO 8601 does not take.
SPACED_ZONE = re.compile(r"\s+(?:(UTC|GMT|Z)|([+-]\d{2}:?\d{2}))\Z")
MAX_DATE = 100  # Characters. No date is as long.

VALUE_KEYS = ("value", "dateTime", "date", "time", "$date")
ZONE_KEYS = ("timeZone", "timezone", "zone", "offset")


def to_datetime(value: object, zone: tzinfo) -> datetime | None:
    """The moment in UTC; None if the value is none. `zone` is for one that names no zone and no offset."""
    try:
        if isinstance(value, Mapping):
            return _from_object(value, zone)
        if isinstance(value, str):
            return _from_text(value.strip(), zone)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_epoch(float(value))
    except (ValueError, OverflowError, OSError):
        pass
    return None


def find_zone(name: str) -> tzinfo:
    """The zone with this IANA name, such as Europe/Berlin. Raises ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}") from None


def _from_epoch(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number >= MILLISECONDS_FROM else number, UTC)


def _from_text(text: str, zone: tzinfo) -> datetime:
    if len(text) > MAX_DATE:
        raise ValueError("Too long for a date.")
    if EPOCH.fullmatch(text):
        return _from_epoch(float(text))
    if match := DOTNET.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]) / 1000, UTC)
    date = _from_iso_8601(text) or parsedate_to_datetime(text)
    return date.replace(tzinfo=date.tzinfo or zone).astimezone(UTC)


def _from_iso_8601(text: str) -> datetime | None:
    joined = SPACED_ZONE.sub(lambda match: match[2] or "Z", text)
    try:
        return datetime.fromisoformat(joined)
    except ValueError:
        return None


def _from_object(value: Mapping[str, object], zone: tzinfo) -> datetime | None:
    """Such as `{"value": "2025-11-03T14:05:00", "timeZone": "Europe/Berlin"}`.

    An offset that is a number could count hours, minutes or seconds. Rather no date than a wrong one.
    """
    date = next((value[key] for key in VALUE_KEYS if isinstance(value.get(key), str | int | float)), None)
    named = next((value[key] for key in ZONE_KEYS if value.get(key) is not None), None)
    if named is not None:
        zone = _zone_of(named)
    return to_datetime(date, zone)


def _zone_of(named: object) -> tzinfo:
    if not isinstance(named, str) or len(named) > MAX_DATE:
        raise ValueError("No zone.")
    if named.strip().upper() in ("Z", "UTC", "GMT"):
        return UTC
    if match := OFFSET.fullmatch(named.strip()):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-offset if match[1] == "-" else offset)
    return find_zone(named.strip())
