"""What the portal itself has to add to a consumer's pages: found out in the query for their secureboxes.

Most people have nothing under way, answered or withdrawn, and most secureboxes ask for nothing but a text. Their pages
then need no further query to learn it.
"""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet, Value

from inbox.extra_fields import ExtraField
from inbox.models import OutgoingMessage, Securebox, WithdrawnMessage

Boxes = TypeVar("Boxes", bound=QuerySet[Securebox])


@dataclass(frozen=True)
class Records:
    """Which of them there are, as of the beginning of a request that only reads; elsewhere, all that there may be.

    `outgoing`, `answers` and `withdrawn` are the consumer's in all secureboxes, `extra_fields` those of one.
    """

    outgoing: bool = True
    answers: bool = True
    withdrawn: bool = True
    extra_fields: bool = True


def with_records(boxes: Boxes, consumer_id: Value, since: Value) -> Boxes:
    """The secureboxes, for `records_of`. `since`: see `OutgoingRows.current`."""
    outgoing = OutgoingMessage.objects.filter(consumer_id=consumer_id)
    return boxes.annotate(
        has_outgoing=Exists(outgoing.current(since)),
        has_answers=Exists(outgoing.sent_answers()),
        has_withdrawn=Exists(WithdrawnMessage.objects.filter(consumer_id=consumer_id)),
        has_extra_fields=Exists(ExtraField.objects.filter(securebox=OuterRef("pk"))),
    )


def records_of(box: Securebox) -> Records:
    """All that there may be, if they were not asked for."""
    return Records(
        outgoing=getattr(box, "has_outgoing", True),
        answers=getattr(box, "has_answers", True),
        withdrawn=getattr(box, "has_withdrawn", True),
        extra_fields=getattr(box, "has_extra_fields", True),
    )
