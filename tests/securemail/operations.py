"""The six operations as callables, for tests of what all of them do."""

from collections.abc import Callable
from typing import Any

import pytest

from inbox.securemail import NewMessage, SecureMailClient

ALICE = "alice@canary.example"
ID = "id-canary"
NEW_MESSAGE = NewMessage(
    address=ALICE, first_name="Alice", last_name="Ames", subject="subject-canary", text="text-canary"
)

Call = Callable[[SecureMailClient], Any]

CALLS: dict[str, Call] = {
    "list": lambda client: client.list_messages(ALICE, "claims"),
    "send": lambda client: client.send(NEW_MESSAGE, "claims", operation_id="op-1"),
    "count": lambda client: client.count(ALICE, "claims"),
    "get": lambda client: client.get(ID, address=ALICE),
    "remove": lambda client: client.remove(ID, "delete"),
    "userdata": lambda client: client.userdata(ID),
}
READS = ("list", "count", "get", "userdata")

every_operation = pytest.mark.parametrize("operation", CALLS)
