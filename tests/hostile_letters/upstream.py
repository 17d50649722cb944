"""A contact centre that has nothing but hostile letters for Alice, one of each class, in the order of the corpus."""

import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from inbox.references import sign
from inbox.securemail import Direction
from tests.hostile_letters.corpus import ELSEWHERE, Hostile
from tests.support.wire import Act, Request, envelope, reply

ALICE = "alice@example.com"
BOX = "Claims01"


def reference(hostile: Hostile) -> str:
    return sign(ALICE, BOX, f"m{hostile.number}", Direction.OUTBOUND)


def letter(hostile: Hostile, content: str) -> dict[str, Any]:
    """A letter with this content in each of its fields that a page may show."""
    return {
        "id": f"m{hostile.number}",
        "direction": "outbound",
        "status": "unread",
        "date": "2026-11-03T10:00:00Z",
        # Each in a conversation of its own, whatever its subject.
        "threadId": f"t{hostile.number}",
        "from": {"personal": content},
        "to": [{"address": ALICE, "personal": content}],
        "subject": content,
        # Declared to be plain text: a `text` that is HTML would be taken for HTML.
        "body": content,
        "mime": "text/plain",
        "html": content,
    }


def harmless(hostile: Hostile) -> dict[str, Any]:
    """A letter with the same id and the same fields, of which pages of the same build come."""
    return letter(hostile, f"word{hostile.number}")


def hostile_letter(hostile: Hostile, host: str = ELSEWHERE) -> dict[str, Any]:
    return letter(hostile, hostile.content(host))


def serving(letters: Sequence[Mapping[str, Any]], userdata: Mapping[str, str] | None = None) -> Act:
    """Lists these letters, opens each, and has the same userdata for all. It accepts what is sent."""
    by_id = {str(mail["id"]): mail for mail in letters}

    def act(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        query, last = dict(request.query), request.path.rpartition("/")[2]
        if request.method == "POST":
            answer = envelope(secureMailId="m9999")
        elif last == "securemail":
            first = int(query.get("index", 0))
            answer = envelope(data=letters[first : first + int(query.get("count", 50))])
        elif last == "count":
            answer = envelope(data={"count": 0})
        elif last == "userdata":
            answer = envelope(data=userdata or {})
        elif last in by_id:
            answer = envelope(secureMail=by_id[last])
        else:
            return reply(envelope("FAILURE"), 404)(sock, stopped, request)
        return reply(answer)(sock, stopped, request)

    return act
