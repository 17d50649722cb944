"""The client of the Secure Email API: one method for each of its six operations."""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError, field_validator

from inbox.securemail.errors import BadAnswer, NotFound
from inbox.securemail.models import MESSAGE_ID, Compose, Listing, Message, Sent, merged_compose_fields
from inbox.securemail.parsing import MessageReader, clean
from inbox.securemail.response_shape import Observation, observe
from inbox.securemail.responses import Payload, decode, judge
from inbox.securemail.transport import Call, Timeouts, Transport

logger = logging.getLogger(__name__)

Status = Literal["all", "unread", "read"]
Removal = Literal["read", "delete", "purge"]
Observer = Callable[[Observation], None]
T = TypeVar("T")

ADDRESS = re.compile(r"(?=.{3,320}\Z)[\x21-\x7e]+@[\x21-\x7e]+")
SECUREBOX = re.compile(r"(?:[A-Za-z0-9]{3,16})?")
OPERATION_ID = re.compile(r"[\x21-\x7e]{1,128}")

# The HTTP statuses with which an operation says that there is no such thing. The reference documents no 404
# for get and userdata, so there a refusal in any form means that the message is gone; for remove it does.
NO_CONTACT = (404,)
NO_MESSAGE = (200, 400, 404, 410)
NOTHING_TO_REMOVE = (404, 410)

DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_MAX_BYTES = 4 * 1024 * 1024


class _Count(BaseModel):
    # Nobody has so much mail, and sums of such numbers can always be written out.
    count: int = Field(ge=0, le=1_000_000_000)

    @field_validator("count", mode="before")
    @classmethod
    def _is_no_flag(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError("A flag is no number.")
        return value


class SecureMailClient:
    """The Secure Email API with one key. Safe to share between threads; one for each process is enough.

    The key opens everyone's mail: whether a consumer may see a message is for the caller to decide, before.

    Methods raise the errors of `inbox.securemail.errors`, and ValueError, before anything is sent, for an
    argument that must not get into a URL. `base_url` ends in /nexus/v3 and is https, unless it is on
    loop-back. `max_bytes` caps each answer. `message_fields` and `compose_fields` replace parts of
    MESSAGE_FIELDS and COMPOSE_FIELDS. `ca_file` names the only authorities to trust, as PEM; without it,
    the well-known ones. `observer` is told of each answer's field names, never of their content.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        max_bytes: int = DEFAULT_MAX_BYTES,
        message_fields: Mapping[str, Sequence[str]] | None = None,
        compose_fields: Mapping[str, str] | None = None,
        ca_file: str | None = None,
        pool_size: int = 32,
        observer: Observer | None = None,
    ) -> None:
        self._reader = MessageReader(message_fields or {})
        self.compose_fields: Mapping[str, str] = merged_compose_fields(compose_fields or {})
        self.message_fields: Mapping[str, Sequence[str]] = self._reader.fields
        self._observer = observer
        self._transport = Transport(base_url, api_key, timeouts, max_bytes, ca_file, pool_size)

    def list_messages(
        self, address: str, securebox: str = "", *, status: Status = "all", index: int = 0, count: int = 10
    ) -> Listing:
        """At most `count` of the consumer's messages, from number `index` on.

        Empty where the API knows no such contact.
        """
        _check(index >= 0 and count >= 1, "index must be at least 0 and count at least 1.")
        params: dict[str, str | int] = {
            **_address(address),
            **_choice("status", status, Status),
            "index": index,
            "count": count,
            **_securebox(securebox),
        }
        try:
            payload = self._call(Call("list", "GET", "/securemail", params), NO_CONTACT)
        except NotFound:
            return Listing()
        # An API that sends more than it was asked for is believed no more than that.
        entries = _part("list", payload, list, "data")[:count]
        return Listing(entries=tuple(self._reader.entry(entry, address=address) for entry in entries))

    def send(self, compose: Compose, securebox: str = "", *, operation_id: str) -> Sent:
        """Send a consumer's message to the company.

        It is sent once: after an error that says `certainly_not_sent`, not at all; after another, nobody
        can know.
        """
        _check(OPERATION_ID.fullmatch(operation_id), "operation_id must be 1-128 visible ASCII characters.")
        _address(compose.address)
        body = {"data": self._composed(compose), "operationId": operation_id}
        payload = self._call(Call("send", "POST", "/securemail", _securebox(securebox), body), missing=())
        return Sent(
            id=_matching(payload.get("secureMailId"), MESSAGE_ID),
            operation_id=_matching(payload.get("operationId"), OPERATION_ID),
            self_uri=_matching(payload.get("selfUri"), re.compile(r"[\x21-\x7e]{1,2000}")),
        )

    def count(self, address: str, securebox: str = "", *, status: Status = "all") -> int:
        """How many messages the consumer has; 0 where the API knows no such contact."""
        params = {**_address(address), **_choice("status", status, Status), **_securebox(securebox)}
        try:
            payload = self._call(Call("count", "GET", "/securemail/count", params), NO_CONTACT)
        except NotFound:
            return 0
        try:
            return _Count.model_validate(_part("count", payload, dict, "data")).count
        except ValidationError:
            raise BadAnswer("count", http_status=200, reason="no usable count") from None

    def get(self, message_id: str, *, address: str, read: bool = False) -> Message:
        """One message with its text. `read` marks it read, and takes an inbound one out of the agents' queue.

        `address` is not sent: where the answer names no direction, it tells which way the message went.
        """
        params = {"read": "true"} if read else {}
        payload = self._call(Call("get", "GET", _path(message_id), params), NO_MESSAGE)
        raw = _part("get", payload, dict, "secureMail", "data")
        return self._reader.message(raw, message_id, address=address)

    def remove(self, message_id: str, how: Removal) -> None:
        """Mark read (an inbound one leaves the agents' queue), hide from lists, or destroy for good."""
        params = _choice("remove", how, Removal)
        self._call(Call("remove", "DELETE", _path(message_id), params), NOTHING_TO_REMOVE)

    def userdata(self, message_id: str) -> Mapping[str, str]:
        """What is attached to the message, each single value as text; lists and objects are left out."""
        payload = self._call(Call("userdata", "GET", _path(message_id) + "/userdata", {}), NO_MESSAGE)
        found = _part("userdata", payload, dict, "data")
        return {clean(key): text for key, value in found.items() if (text := _scalar(value)) is not None}

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def _call(self, call: Call, missing: Sequence[int]) -> Payload:
        started = time.monotonic()
        answer = self._transport.call(call)
        seconds = time.monotonic() - started
        logger.debug("%s: HTTP %d in %.0f ms", call.operation, answer.http_status, seconds * 1000)
        payload = decode(answer)
        if self._observer:
            self._observer(observe(call.operation, answer.http_status, seconds, payload, self._reader))
        return judge(call.operation, answer, payload, missing=missing)

    def _composed(self, compose: Compose) -> dict[str, object]:
        keys = self.compose_fields
        values = {field: getattr(compose, field) for field in keys}
        values["user_data"] = dict(compose.user_data)
        return {keys[field]: value for field, value in values.items() if keys[field] and value != {}}


def _check(holds: object, message: str) -> None:
    """Raises ValueError with a text that does not hold the value, which may be a consumer's address."""
    if not holds:
        raise ValueError(message)


def _address(address: str) -> dict[str, str]:
    _check(ADDRESS.fullmatch(address), "address must be an e-mail address of visible ASCII characters.")
    return {"address": address}


def _securebox(securebox: str) -> dict[str, str]:
    """An empty name is the API's default box, and is not sent."""
    _check(SECUREBOX.fullmatch(securebox), "securebox must be empty or 3-16 of A-Z, a-z and 0-9.")
    return {"securebox": securebox} if securebox else {}


def _choice(name: str, value: str, choices: object) -> dict[str, str]:
    _check(value in get_args(choices), f"{name} must be one of {', '.join(get_args(choices))}.")
    return {name: value}


def _path(message_id: str) -> str:
    _check(MESSAGE_ID.fullmatch(message_id), "message_id must be 1-128 of A-Z, a-z, 0-9, - and _.")
    return f"/securemail/{message_id}"


def _part(operation: str, payload: Payload, kind: type[T], *keys: str) -> T:
    """The part of a successful answer under the first of these keys that has it."""
    for key in keys:
        part = payload.get(key)
        if isinstance(part, kind):
            return part
    raise BadAnswer(operation, http_status=200, code="SUCCESS", reason=f"no usable {' or '.join(keys)}")


def _matching(value: object, form: re.Pattern[str]) -> str | None:
    return value if isinstance(value, str) and form.fullmatch(value) else None


def _scalar(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return clean(str(value)) if isinstance(value, str | int | float) else None
