"""The dialects that are switched on, and what they do to messages."""

from typing import Any

from portal.sandbox.dialects.mails import Mail
from portal.sandbox.dialects.table import DIALECTS, Change


class ActiveDialects:
    """Dialects by name, with their values; True is the value of one that has none."""

    def __init__(self) -> None:
        self._of_the_start: dict[str, Any] = {}
        self._values: dict[str, Any] = {}

    def start_with(self, dialects: dict[str, Any]) -> None:
        """Those of the command line, which come back with `reset`."""
        self._of_the_start = dialects
        self.reset()

    def switch_on(self, dialects: dict[str, Any]) -> None:
        # A new dictionary: a call in another thread sees all of them or none.
        self._values = self._values | dialects

    def reset(self) -> None:
        self._values = self._of_the_start

    def as_json(self) -> dict[str, Any]:
        return self._values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def value(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def change_whole_mail(self, mail: Mail) -> Mail:
        return self._change(mail, {name: dialect.in_whole_mail for name, dialect in DIALECTS.items()})

    def change_mail(self, mail: Mail) -> Mail:
        return self._change(mail, {name: dialect.in_mail for name, dialect in DIALECTS.items()})

    def change_data(self, data: Mail) -> Mail:
        """The `data` of a sent message: what wraps a message last is taken off first."""
        changes = {name: dialect.in_data for name, dialect in DIALECTS.items()}
        return self._change(data, dict(reversed(changes.items())))

    def _change(self, mail: Mail, changes: dict[str, Change | None]) -> Mail:
        values = self._values
        for name, change in changes.items():
            if change and name in values:
                mail = change(mail, values[name])
        return mail


active = ActiveDialects()
