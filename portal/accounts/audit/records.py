"""A line of the activity log as a record, in exports and in the audit stream. The names are a public format."""

from datetime import UTC, datetime

from portal.accounts.models import Activity

Record = dict[str, str | int | None]


def audit_record(line: Activity) -> Record:
    """All fields, with the time in UTC. Do not rename them."""
    return {
        "time": utc(line.at),
        "event": line.event,
        "account": line.address,
        "operator": line.by,
        "mailbox": line.box,
        "number": line.number,
        "detail": line.detail,
        "device": line.device,
        "network": line.network,
        "request": line.request_id,
    }


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
