"""Operators' rights: over whom they reach, and what the activity log says where one is granted or taken."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from portal.accounts.audit import activity
from portal.accounts.models import Consumer, ConsumerRequest

_FLAGS = {"is_staff": "operator", "is_superuser": "superuser"}


def reaches(operator: Consumer, consumer: Consumer) -> bool:
    """Operators look after consumers, superusers after operators as well."""
    return operator.is_superuser or not (consumer.is_staff or consumer.is_superuser)


def within_reach(operator: Consumer, consumers: QuerySet[Consumer]) -> QuerySet[Consumer]:
    return consumers if operator.is_superuser else consumers.filter(is_staff=False, is_superuser=False)


def words(values: Mapping[str, Any]) -> set[str]:
    """What somebody, or a group, has by these values of its fields."""
    flags = {word for field, word in _FLAGS.items() if values.get(field)}
    groups = {f"group {group.name}" for group in values.get("groups") or ()}
    permissions = [*(values.get("user_permissions") or ()), *(values.get("permissions") or ())]
    return flags | groups | {f"{right.content_type.app_label}.{right.codename}" for right in permissions}


def record(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    request: ConsumerRequest | None,
    *,
    consumer: Consumer | None = None,
    group: str = "",
) -> None:
    """Write a line for each right that came or went."""
    had, has = words(before), words(after)
    for event, changed in (
        (activity.Event.RIGHTS_GRANTED, has - had),
        (activity.Event.RIGHTS_TAKEN, had - has),
    ):
        for right in sorted(changed):
            detail = f"group {group}: {right}" if group else right
            activity.record_operator(event, consumer, request, detail=detail)
