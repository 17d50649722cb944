"""Operators' rights: which accounts an operator may manage, and the log lines for rights that are granted or taken.

Not in the admin package, because invitations check them too, and the admin imports invitations.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from portal.accounts.audit import activity
from portal.accounts.models import Consumer, ConsumerRequest

_FLAGS = {"is_staff": "operator", "is_superuser": "superuser"}


def can_manage(operator: Consumer, consumer: Consumer) -> bool:
    """Operators manage customers only; superusers also manage operators."""
    return operator.is_superuser or not (consumer.is_staff or consumer.is_superuser)


def manageable(operator: Consumer, consumers: QuerySet[Consumer]) -> QuerySet[Consumer]:
    """Keep the consumers that `can_manage` allows."""
    return consumers if operator.is_superuser else consumers.filter(is_staff=False, is_superuser=False)


def rights_in(values: Mapping[str, Any]) -> set[str]:
    """The names of the rights that a user or a group has, from the values of its form or its fields."""
    flags = {name for field, name in _FLAGS.items() if values.get(field)}
    groups = {f"group {group.name}" for group in values.get("groups") or ()}
    permissions = [*(values.get("user_permissions") or ()), *(values.get("permissions") or ())]
    return flags | groups | {f"{right.content_type.app_label}.{right.codename}" for right in permissions}


def record_changes(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    request: ConsumerRequest | None,
    *,
    consumer: Consumer | None = None,
    group: str = "",
) -> None:
    """Write a line to the activity log for each right that was granted or taken."""
    had, has = rights_in(before), rights_in(after)
    for event, changed in (
        (activity.Event.RIGHTS_GRANTED, has - had),
        (activity.Event.RIGHTS_TAKEN, had - has),
    ):
        for right in sorted(changed):
            detail = f"group {group}: {right}" if group else right
            activity.record_operator_action(event, consumer, request, detail=detail)
