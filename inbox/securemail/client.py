"""The client of the Secure Email API: one method for each of its six operations."""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError, field_validator

from inbox.securemail.composing import compose
from inbox.securemail.connection import Connection
from inbox.securemail.dialect import Dialect
from inbox.securemail.errors import BadAnswer, NotFound
from inbox.securemail.keys import KeyRing
from inbox.securemail.models import MESSAGE_ID, Listing, Message, NewMessage, Sent
from inbox.securemail.parsing import MessageParser
from inbox.securemail.response_shape import ResponseShape, describe
from inbox.securemail.responses import Payload, parse_json, unwrap
from inbox.securemail.transport import Call, Timeouts, Transport
from inbox.securemail.values import replace_surrogates

logger = logging.getLogger(__name__)

Status = Literal["all", "unread", "read"]
Removal = Literal["read", "delete", "purge"]
T = TypeVar("T")

ADDRESS = re.compile(r"(?=.{3,320}\Z)[\x21-\x7e]+@[\x21-\x7e]+")
SECUREBOX = re.compile(r"(?:[A-Za-z0-9]{3,16})?")
OPERATION_ID = re.compile(r"[\x21-\x7e]{1,128}")

# The HTTP statuses with which an operation says "not found". The reference documents a 404 for list, count and remove
# but not for get and userdata: there, a refusal with any of these can mean that there is no such message. It always
# takes an answer in the API's own form; `NOT_FOUND_CODES` has the codes.
CONTACT_NOT_FOUND = (404,)
MESSAGE_NOT_FOUND = (200, 400, 404, 410)
REMOVE_NOT_FOUND = (404, 410)

DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_DIALECT = Dialect()
DEFAULT_MAX_BYTES = 4 * 1024 * 1024


class _Count(BaseModel):
    # The limit is far above any real mailbox. Without one, a sum of counts could be too long to print.
    count: int = Field(ge=0, le=1_000_000_000)

    @field_validator("count", mode="before")
    @classmethod
    def _is_not_boolean(cls, value: object) -> object:
        if isinstance(value, bool):
            raise ValueError("A boolean is not a number.")
        return value


class SecureMailClient:
    """The Secure Email API behind one connection. Safe to share between threads; a process needs only one.

    Its key opens the mail of all consumers. Callers must decide beforehand whether a consumer may see a message.

    Methods raise the errors in `inbox.securemail.errors`. For an argument that must not get into a URL they raise
    ValueError, before anything is sent.

    `max_bytes` limits each response. `dialect` says how messages look there. `on_response` is called with the shape of
    each response, which holds field names and no content.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        max_bytes: int = DEFAULT_MAX_BYTES,
        dialect: Dialect = DEFAULT_DIALECT,
        pool_size: int = 40,
        on_response: Callable[[ResponseShape], None] | None = None,
    ) -> None:
        self.connection = connection
        self.timeouts = timeouts
        self.dialect = dialect
        self._parser = MessageParser(dialect)
        self._on_response = on_response
        self._transport = Transport(connection, timeouts, max_bytes, pool_size)
        self._keys = KeyRing(connection.keys)

    def list_messages(
        self, address: str, securebox: str = "", *, status: Status = "all", index: int = 0, count: int = 10
    ) -> Listing:
        """At most `count` of the consumer's messages, from number `index` on; empty if the API has no such contact."""
        _require(index >= 0 and count >= 1, "index must be at least 0 and count at least 1.")
        params: dict[str, str | int] = {
            **_address(address),
            **_choice("status", status, Status),
            "index": index,
            "count": count,
            **_securebox(securebox),
        }
        try:
            payload = self._call(Call("list", "GET", "/securemail", params), CONTACT_NOT_FOUND)
        except NotFound:
            return Listing()
        # An API may send more than it was asked for. Callers rely on `count` as a limit.
        entries = _found("list", self.dialect.find_list(payload), self.dialect.list_keys)[:count]
        return Listing(entries=self._parser.parse_list(entries, address=address))

    def send(self, message: NewMessage, securebox: str = "", *, operation_id: str) -> Sent:
        """Send a consumer's message to the company, never more than once.

        After an error with `certainly_not_sent` it was not sent. After any other error it may have been.
        """
        _require(OPERATION_ID.fullmatch(operation_id), "operation_id must be 1-128 visible ASCII characters.")
        _address(message.address)
        body = {"data": compose(message, self.dialect), "operationId": operation_id}
        payload = self._call(Call("send", "POST", "/securemail", _securebox(securebox), body), not_found=())
        return Sent(
            id=_matching(payload.get("secureMailId"), MESSAGE_ID),
            operation_id=_matching(payload.get("operationId"), OPERATION_ID),
            self_uri=_matching(payload.get("selfUri"), re.compile(r"[\x21-\x7e]{1,2000}")),
        )

    def count(self, address: str, securebox: str = "", *, status: Status = "all") -> int:
        """How many messages the consumer has; 0 if the API has no such contact."""
        params = {**_address(address), **_choice("status", status, Status), **_securebox(securebox)}
        try:
            payload = self._call(Call("count", "GET", "/securemail/count", params), CONTACT_NOT_FOUND)
        except NotFound:
            return 0
        try:
            return _Count.model_validate(_data("count", payload)).count
        except ValidationError:
            raise BadAnswer("count", http_status=200, reason="no usable count") from None

    def get(self, message_id: str, *, address: str, read: bool = False) -> Message:
        """One message with its text. `read` marks it as read, and takes an inbound one out of the agents' queue.

        `address` is the consumer's. It is not sent: it tells the direction if the response does not.
        """
        params = {"read": "true"} if read else {}
        payload = self._call(Call("get", "GET", _path(message_id), params), MESSAGE_NOT_FOUND)
        raw = _found("get", self.dialect.find_message(payload), self.dialect.message_keys)
        return self._parser.parse(raw, message_id, address=address)

    def remove(self, message_id: str, how: Removal) -> None:
        """Mark as read, hide from lists, or destroy permanently.

        Only for received messages: whether `read` takes an inbound one out of the agents' queue is not documented.
        """
        params = _choice("remove", how, Removal)
        self._call(Call("remove", "DELETE", _path(message_id), params), REMOVE_NOT_FOUND)

    def userdata(self, message_id: str) -> Mapping[str, str]:
        """The data attached to the message, each value as text. Lists and objects are left out."""
        payload = self._call(Call("userdata", "GET", _path(message_id) + "/userdata", {}), MESSAGE_NOT_FOUND)
        found = _data("userdata", payload)
        return {
            replace_surrogates(key): text
            for key, value in found.items()
            if (text := _scalar(value)) is not None
        }

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def _call(self, call: Call, not_found: Sequence[int]) -> Payload:
        deadline = self._transport.deadline(call)
        return self._keys.call(lambda key: self._call_with(key, call, not_found, deadline))

    def _call_with(self, key: str, call: Call, not_found: Sequence[int], deadline: float) -> Payload:
        started = time.monotonic()
        response = self._transport.call(call, key, deadline)
        seconds = time.monotonic() - started
        logger.debug("%s: HTTP %d in %.0f ms", call.operation, response.http_status, seconds * 1000)
        payload = parse_json(response)
        if self._on_response:
            number = self.connection.keys.index(key) + 1
            self._on_response(describe(call.operation, response, seconds, payload, self._parser, number))
        return unwrap(call.operation, response, payload, not_found=not_found)


def _require(condition: object, error: str) -> None:
    """Raises ValueError. The text must not hold the value, which may be a consumer's address."""
    if not condition:
        raise ValueError(error)


def _address(address: str) -> dict[str, str]:
    _require(ADDRESS.fullmatch(address), "address must be an e-mail address of visible ASCII characters.")
    return {"address": address}


def _securebox(securebox: str) -> dict[str, str]:
    """An empty name means the API's default box. The parameter is then left out."""
    _require(SECUREBOX.fullmatch(securebox), "securebox must be empty or 3-16 of A-Z, a-z and 0-9.")
    return {"securebox": securebox} if securebox else {}


def _choice(name: str, value: str, choices: object) -> dict[str, str]:
    _require(value in get_args(choices), f"{name} must be one of {', '.join(get_args(choices))}.")
    return {name: value}


def _path(message_id: str) -> str:
    _require(MESSAGE_ID.fullmatch(message_id), "message_id must be 1-128 of A-Z, a-z, 0-9, - and _.")
    return f"/securemail/{message_id}"


def _found(operation: str, part: T | None, keys: Sequence[str]) -> T:
    """The part of a success that was looked for under these keys. Raises BadAnswer if there is none."""
    if part is None:
        raise BadAnswer(operation, http_status=200, code="SUCCESS", reason=f"no usable {' or '.join(keys)}")
    return part


def _data(operation: str, payload: Payload) -> dict[str, Any]:
    data = payload.get("data")
    return _found(operation, data if isinstance(data, dict) else None, ["data"])


def _matching(value: object, pattern: re.Pattern[str]) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _scalar(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return replace_surrogates(str(value)) if isinstance(value, str | int | float) else None
