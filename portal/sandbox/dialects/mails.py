"""Functions that change a message in an answer, or the `data` of a sent one. Each returns a new dictionary.

They take the message as `serializers` writes it, and the value of the dialect. Several may be switched on, so a field
may already be missing or have another form.
"""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.sandbox.html_to_text import html_to_text

Mail = dict[str, Any]

HUGE = 1_000_000  # Characters.
LOCAL_ZONE = "Europe/Berlin"
FIELDS = (
    "id",
    "subject",
    "from",
    "to",
    "date",
    "status",
    "direction",
    "mime",
    "bodyAsPlainText",
    "body",
    "threadId",
    "parentId",
    "securebox",
    "attachments",
)

# Our fields, and where a Contact Server keeps them.
CONTACT_SERVER_KEYS = {
    "id": "interaction_id",
    "subject": "attributes.Subject",
    "from": "from_address",
    "to": "to_addresses",
    "date": "sent_date",
    "read": "isRead",
    "direction": "entity_type",
    "bodyAsPlainText": "text",
    "body": "structured_text",
    "mime": "struct_text_mime_type",
    "threadId": "thread_id",
    "parentId": "parent_id",
}
CONTACT_SERVER_DATA = {
    "fromAddress": "from_address",
    "firstName": "attributes.FirstName",
    "lastName": "attributes.LastName",
    "subject": "attributes.Subject",
    "parentId": "parent_id",
}
ENTITY_TYPES = {"inbound": "EmailIn", "outbound": "EmailOut"}
OTHER_WORDS = {
    "unread": "New",
    "read": "Opened",
    "inbound": "FromCustomer",
    "outbound": "FromCompany",
}


def derive_text(mail: Mail, _: object) -> Mail:
    return mail | {"bodyAsPlainText": mail["bodyAsPlainText"] or html_to_text(mail["body"])}


def put_html_in_text(mail: Mail, _: object) -> Mail:
    return _without(mail, "body", "bodyAsPlainText", "mime") | {"text": mail["body"]}


def use_second_address(mail: Mail, address: str) -> Mail:
    if mail["direction"] == "inbound":
        return mail
    return mail | {"to": [{"address": address, "personal": mail["to"][0]["personal"]}]}


def use_box_address(mail: Mail, _: object) -> Mail:
    box = mail["to"][0] if mail["direction"] == "inbound" else mail["from"]
    return mail | {"from": box, "to": [box]}


def rename_securebox(mail: Mail, form: str) -> Mail:
    name = mail["securebox"]
    return mail | {"securebox": name.upper() if form == "upper" or not name else f"{name.title()} department"}


def name_attachments(mail: Mail, names: list[str]) -> Mail:
    if mail["direction"] == "inbound":
        return mail
    files = [{"id": f"file-{n}", "name": name, "size": 2048 * n} for n, name in enumerate(names, 1)]
    return mail | {"attachments": files}


def write_flags_as_strings(mail: Mail, _: object) -> Mail:
    return _without(mail, "status") | {"read": "true" if mail["status"] == "read" else "false"}


def use_other_words(mail: Mail, _: object) -> Mail:
    words = {key: OTHER_WORDS[mail[key]] for key in ("status", "direction") if key in mail}
    return mail | words


def write_date(mail: Mail, form: str) -> Mail:
    return mail | {"date": DATE_FORMS[form](datetime.fromisoformat(mail["date"]))}


def _local_time(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(LOCAL_ZONE)).replace(tzinfo=None).isoformat(timespec="seconds")


DATE_FORMS: dict[str, Callable[[datetime], Any]] = {
    "rfc2822": format_datetime,
    "local": _local_time,
    "epoch": lambda moment: round(moment.timestamp() * 1000),
    "object": lambda moment: {"dateTime": _local_time(moment), "timeZone": LOCAL_ZONE},
}


def leave_out(mail: Mail, fields: list[str]) -> Mail:
    return _without(mail, *fields)


def fill_with_wrong_type(mail: Mail, fields: list[str]) -> Mail:
    return mail | {field: {"unexpected": [True, None]} for field in fields if field in mail}


def fill_with_too_much(mail: Mail, fields: list[str]) -> Mail:
    return mail | {field: "x" * HUGE for field in fields if field in mail}


def use_contact_server_keys(mail: Mail, _: object) -> Mail:
    changed = _without(mail, *(() if mail.get("mime") == "text/html" else ("mime", "body")))
    if "status" in changed:
        changed["read"] = changed.pop("status") in ("read", OTHER_WORDS["read"])
    if "direction" in changed:
        changed["direction"] = ENTITY_TYPES.get(str(mail["direction"]), mail["direction"])
    renamed: Mail = {}
    for key, value in changed.items():
        put(renamed, CONTACT_SERVER_KEYS.get(key, key).split("."), _as_header(value))
    return renamed


def _as_header(value: Any) -> Any:
    """A person as one text, as in the header of an e-mail. Other values do not change."""
    if isinstance(value, list):
        return [_as_header(each) for each in value]
    if isinstance(value, dict) and value.keys() == {"address", "personal"}:
        return f'"{value["personal"]}" <{value["address"]}>' if value["personal"] else value["address"]
    return value


def read_contact_server_keys(data: Mail, _: object) -> Mail:
    found = {ours: look_up(data, theirs.split(".")) for ours, theirs in CONTACT_SERVER_DATA.items()}
    return data | {ours: value for ours, value in found.items() if value is not None}


def nest(mail: Mail, _: object) -> Mail:
    outside = {key: value for key, value in mail.items() if key in ("id", "interaction_id")}
    return outside | {"content": _without(mail, *outside)}


def read_nested(data: Mail, _: object) -> Mail:
    content = data.get("content")
    return _without(data, "content") | content if isinstance(content, dict) else data


def put(mail: Mail, path: list[str], value: object) -> Mail:
    """Set the value that these keys lead to, in this dictionary, and return it."""
    *outer, last = path
    inner = mail
    for key in outer:
        inner = inner.setdefault(key, {})
    inner[last] = value
    return mail


def look_up(mail: Any, path: list[str]) -> Any:
    for key in path:
        mail = mail.get(key) if isinstance(mail, dict) else None
    return mail


def _without(mail: Mail, *fields: str) -> Mail:
    return {key: value for key, value in mail.items() if key not in fields}
