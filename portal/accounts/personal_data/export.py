from typing import Any

from portal.accounts.audit import exports
from portal.accounts.emails import queue
from portal.accounts.models import Activity, Consumer
from portal.accounts.personal_data.person import Person
from portal.accounts.personal_data.sessions import describe, sessions_of
from portal.accounts.personal_data.tables import TABLES

Section = list[dict[str, Any]]


def export(person: Person) -> dict[str, Section]:
    """What the accounts hold on this person, by section; empty sections are there too.

    No secret, and nothing about others: neither which operator acted, nor on whom the person acted as an operator.
    """
    consumer = person.consumer
    sections: dict[str, Section] = {
        name: table.rows(consumer) if consumer else [] for name, table in TABLES.items()
    }
    return sections | {
        "rights": _rights(consumer) if consumer else [],
        "sessions": [describe(row, content) for row, content in sessions_of(person)],
        "mails_under_way": _mails(person),
        "activity_log": [dict(record) for record in exports.consumer_records(person.lines())],
        "acts_as_operator": [_act(line) for line in person.acts()],
        "asked_for_by_other_accounts": [{"address": row.email} for row in person.entered_elsewhere()]
        + [{"time": line.at} for line in person.asked_for_elsewhere()],
    }


def _mails(person: Person) -> Section:
    """Within days, their texts have arrived at their address or expired."""
    rows = queue.of_recipient(person.address).values("kind", "created_at", "expires_at")
    return [dict(row) for row in rows]


def _rights(consumer: Consumer) -> Section:
    groups = consumer.groups.values_list("name", flat=True)
    permissions = consumer.user_permissions.values_list("codename", flat=True)
    return [*({"group": name} for name in groups), *({"permission": name} for name in permissions)]


def _act(line: Activity) -> dict[str, Any]:
    """Without the account and the detail, which are about others."""
    return {
        "time": line.at,
        "event": line.event,
        "number": line.number,
        "device": line.device,
        "network": line.network,
    }
