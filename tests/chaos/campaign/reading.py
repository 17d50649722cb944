"""The read operations of the campaign's upstream: list, get, count and userdata, with or without faults.

The API's reference does not document the fields of a message, so this server uses several formats, but always the
same one for a consumer.
"""

import zlib
from collections.abc import Callable
from typing import Any

from tests.chaos.campaign.calls import Call, envelope, whole
from tests.chaos.campaign.truth import Copy

Act = Callable[[Call], bool]
Entry = dict[str, Any]

PREVIEW = 40  # Characters.


def read(call: Call) -> bool:
    """Answer one of the four operations as the reference says."""
    path = call.request.path.removeprefix("/nexus/v3/securemail")
    if path == "":
        return call.answer(envelope(data=_page(call, [_entry(copy) for copy in _listed(call)])))
    if path == "/count":
        return call.answer(envelope(data={"count": len(_listed(call))}))
    message_id, _, part = path.strip("/").partition("/")
    copy = call.truth.find(message_id)
    if copy is None:
        return call.refuse(400)
    if call.query.get("read") == "true":
        call.truth.taken_from_agents.append(copy.id)
    if part == "userdata":
        return call.answer(envelope(data=dict(copy.userdata)))
    return call.answer(envelope(secureMail=_entry(copy) | {"text": copy.text}))


def _listed(call: Call) -> list[Copy]:
    return call.truth.listed(call.query["address"], call.query.get("securebox", ""))


def _page(call: Call, entries: list[Any]) -> list[Any]:
    index, count = int(call.query.get("index", 0)), int(call.query.get("count", 10))
    return entries[index : index + count]


def _entry(copy: Copy) -> Entry:
    """In the consumer's format: with or without the operation id, with the whole text, its beginning or no text."""
    dialect = zlib.crc32(copy.address.encode())
    entry: Entry = {
        "id": copy.id,
        "subject": copy.subject,
        "from": copy.address,
        "direction": "inbound",
        "status": "unread",
        "date": int(copy.date.timestamp() * 1000) if dialect & 1 else copy.date.isoformat(),
    }
    if dialect & 2:
        entry["operationId"] = copy.operation_id
    if dialect & 4:
        entry["text"] = copy.text if dialect & 8 else copy.text[:PREVIEW]
    return entry


def _changed(change: Callable[[list[Entry]], list[Any]]) -> Act:
    """Change the entries of a list. Other calls are answered normally."""

    def act(call: Call) -> bool:
        if call.request.path != "/nexus/v3/securemail":
            return read(call)
        return call.answer(envelope(data=_page(call, change([_entry(copy) for copy in _listed(call)]))))

    return act


def _without(*keys: str) -> Callable[[list[Entry]], list[Any]]:
    return lambda entries: [
        {key: value for key, value in entry.items() if key not in keys} for entry in entries
    ]


def _odd(entries: list[Entry]) -> list[Any]:
    return [None, 7, {"id": "../userdata"}, *entries, {"id": {}, "subject": None, "date": "soon"}]


def _hang(call: Call) -> bool:
    call.pause(call.patience * 2)
    return call.hang_up()


def _garbage(call: Call) -> bool:
    call.send(whole(b'{"data": [{"id": \xff <<<'))
    return True


def _nan(call: Call) -> bool:
    call.send(whole(b'{"status": {"code": "SUCCESS"}, "data": [{"id": "a", "subject": NaN}]}'))
    return True


READ_FAULTS: dict[str, Act] = {
    "list closed": Call.hang_up,
    "list hangs": _hang,
    "list 500": lambda call: call.refuse(500, "FAILURE"),
    "list 404": lambda call: call.refuse(404, "INVALID_PARAMETER"),
    "list says FAILURE": lambda call: call.refuse(200, "FAILURE"),
    "list page": Call.page,
    "list garbage": _garbage,
    "list NaN": _nan,
    "list empty": _changed(lambda _entries: []),
    "list out of order": _changed(lambda entries: entries[1::2] + entries[::2]),
    "list without dates": _changed(_without("date")),
    "list without texts": _changed(_without("text", "operationId")),
    "list without subjects": _changed(_without("subject")),
    "list with odd entries": _changed(_odd),
}
