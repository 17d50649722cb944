"""Checks whether the address is known and has mail, and how a made-up address is answered."""

from collections.abc import Iterator
from typing import Final

from inbox.diagnosis.calls import RANDOM, Observations
from portal.findings import Finding, failure, ok

_TOPIC: Final = "Contact"
_CHOOSE: Final = "Choose an address that has received and sent mail in this securebox."


def check(seen: Observations) -> Iterator[Finding]:
    asked = {step.name: step for step in seen.steps if step.error is None}
    unknown = [name for name, step in asked.items() if step.is_unknown_contact and name != RANDOM]
    if unknown and not (seen.listed and seen.listed.entries):
        yield failure(
            _TOPIC, "404: this contact is not known. Nothing can be told about its messages.", _CHOOSE
        )
    elif unknown:
        names = ", ".join(unknown)
        yield failure(
            _TOPIC,
            f"{names}: 404, this contact is not known; yet its messages are listed.",
            "Ask the API's operators why it does not answer them alike.",
        )
    elif seen.listed and not seen.listed.entries:
        yield failure(
            _TOPIC, "The API lists no messages for this contact, so nothing can be told about them.", _CHOOSE
        )
    yield from _made_up(seen)


def _made_up(seen: Observations) -> Iterator[Finding]:
    step = next((step for step in seen.steps if step.name == RANDOM), None)
    if step is None or (step.error and not seen.counts):
        return
    topic = "Unknown contact"
    if step.error:
        yield failure(
            topic,
            "A customer whom the contact centre does not know yet would see an error instead of an empty inbox:"
            f" {step.error}.",
            "The API should answer 404, with the code FAILURE or INVALID_PARAMETER. Ask its operators.",
        )
    elif seen.counted_for_random:
        yield failure(
            topic,
            f"The API counts {seen.counted_for_random} messages for a made-up address: it seems not to look"
            " at the address, and would show everybody the same mail.",
            "Do not open the portal until that is settled.",
        )
    else:
        yield ok(
            topic,
            f"A made-up address is answered with {step.shape.http_status if step.shape else 0}.",
        )
