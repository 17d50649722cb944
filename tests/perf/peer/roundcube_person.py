"""What a person does at Roundcube, by the requests that its scripts make in a browser."""

import re
import time
from itertools import count
from urllib.parse import quote

from tests.perf import letters
from tests.perf.peer.roundcube import Roundcube
from tests.perf.visitor import Answer, Visitor


class RoundcubePerson:
    """Signed in. Each method but `rest` is one thing that is measured."""

    def __init__(self, roundcube: Roundcube, person: str, messages: int) -> None:
        self._port, self._person, self._messages = roundcube.port, person, messages
        self._texts = count()
        self._visitor = self._signed_in()
        page = self._visitor.get("/?_task=mail&_mbox=INBOX")
        self._token = _in_scripts(page, "request_token")
        listed = self._ask("list", "_mbox=INBOX&_refresh=1")
        self._uids = [int(uid) for uid in re.findall(r"add_message_row\((\d+)", listed.replace('\\"', '"'))]
        assert len(self._uids) == messages, listed[:2000]
        self._draft = self._begin_draft()

    def _signed_in(self) -> Visitor:
        visitor = Visitor(self._port)
        form = visitor.get("/").hidden_fields
        answer = visitor.post(
            "/?_task=login", {**form, "_user": letters.address_of(self._person), "_pass": letters.PASSWORD}
        )
        assert answer.status == 302, answer.text
        return visitor

    def sign_in(self) -> None:
        """The page, and its form."""
        self._signed_in().close()

    def rest(self) -> None:
        """Sessions stay: however many there are, signing in costs the same."""

    def sign_in_page(self) -> None:
        visitor = Visitor(self._port)
        assert "_pass" in visitor.get("/").text
        visitor.close()

    def refresh(self) -> None:
        """What the open inbox asks once a minute."""
        fields = {"_mbox": "INBOX", "_folderlist": "1", "_list": "1", "_last": str(int(time.time()) - 60)}
        fields |= {"_uids": ",".join(map(str, self._uids)), "_remote": "1", "_unlock": "0"}
        answer = self._visitor.post("/?_task=mail&_action=refresh", fields, **self._headers)
        assert "action" in answer.text, answer.text

    def inbox(self) -> None:
        """The page, which then asks for its list and for the unread numbers of the folders."""
        self._visitor.get("/?_task=mail&_mbox=INBOX")
        self.list()
        self._ask("getunread", "_page=1")

    def list(self) -> None:
        """What an open page asks when a folder is chosen."""
        assert "add_message_row" in self._ask("list", "_mbox=INBOX&_refresh=1")

    def message(self) -> None:
        self._show(self._messages - 1)

    def formatted_message(self) -> None:
        self._show(letters.FORMATTED)

    def compose(self) -> Answer:
        """The address of the link, which redirects to that of the form."""
        redirect = self._visitor.ask("GET", "/?_task=mail&_mbox=INBOX&_action=compose", {})
        return self._visitor.get(redirect.location.removeprefix("."))

    def draft(self) -> None:
        """What is being written, saved once more."""
        self._draft |= {"_message": f"{letters.TEXT} {next(self._texts)}"}
        answer = self._visitor.post("/?_task=mail&_action=send&_framed=1", self._draft)
        saved = re.search(r"set_draft_id\(\"?(\d+)", answer.text)
        assert saved, answer.text
        self._draft["_draft_saveid"] = saved[1]

    def _show(self, letter: int) -> None:
        # The newest letter has the highest number in the IMAP server, or the lowest: the list is newest first.
        uid = self._uids[letter]
        page = self._visitor.get(f"/?_task=mail&_caps=pdf%3D1&_uid={uid}&_mbox=INBOX&_action=show")
        assert f"Letter {letter} of box 0" in page.text

    def _begin_draft(self) -> dict[str, str]:
        page = self.compose()
        fields = {name: value for name, value in page.hidden_fields.items() if name.startswith("_")}
        address = letters.address_of(self._person)
        return fields | {
            "_draft": "1",
            "_to": address,
            "_subject": "A draft",
            "_from": _option(page, "_from"),
            "_charset": "UTF-8",
        }

    def _ask(self, action: str, query: str) -> str:
        url = f"/?_task=mail&_action={quote(action)}&{query}&_remote=1&_unlock=0"
        return self._visitor.get(url, **self._headers).text

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-Requested-With": "XMLHttpRequest", "X-Roundcube-Request": self._token}


def _in_scripts(page: Answer, name: str) -> str:
    found = re.search(rf'"{name}":"([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def _option(page: Answer, name: str) -> str:
    """The value of the first option of a field."""
    found = re.search(rf'<select[^>]*name="{name}"[^>]*>\s*<option value="(\d+)"', page.text)
    assert found, page.text
    return found[1]
