"""The dialects by their names. `docs/sandbox.md` has the same table, and a test compares them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from portal.sandbox.dialects import mails, values
from portal.sandbox.dialects.mails import Mail
from portal.sandbox.dialects.values import Value, dotted, list_of, one_of, text_like, whole_number
from portal.sandbox.envelope import FailureCode
from portal.sandbox.gateway import FORMS
from portal.sandbox.parameters import ADDRESS

BASE_PATH = r"(?!/(?:control|desk|static)(?:/|$))(?:/[A-Za-z0-9._~-]+){1,10}"
MAX_SECONDS = 10_000_000  # Of a wrong clock: some months.

Change = Callable[[Mail, Any], Mail]


@dataclass(frozen=True)
class Dialect:
    """`changes` says what is different. Without a `value`, it is on or off.

    A dialect of messages is a function that changes one: `in_whole_mail` before a list shortens it, `in_mail`
    afterwards; `in_data` changes the `data` of a sent message into the form that the sandbox reads. The code looks up
    the other dialects where they matter.
    """

    changes: str
    value: Value | None = None
    in_whole_mail: Change | None = None
    in_mail: Change | None = None
    in_data: Change | None = None


FILES = list_of("FILE,...", text_like("FILE", r"[^,]{1,200}", "names of files, with commas between them"))
FIELDS = list_of("FIELD,...", one_of(*mails.FIELDS))
KEYS = list_of("KEY,...", text_like("KEY", values.KEY, "keys without spaces, with commas between them"))

# In the order in which they change a message.
DIALECTS = {
    # Lists.
    "cap": Dialect("A list holds at most N messages, whatever `count` says.", whole_number("N", 1, 1000)),
    "oldest-first": Dialect("A list begins with the oldest message."),
    "full-list": Dialect("A list holds whole messages, not only the beginning of their text."),
    "items-key": Dialect("The messages of a list are under this key instead of `data`.", dotted("KEY")),
    "message-key": Dialect("A single message is under this key instead of `secureMail`.", dotted("KEY")),
    # Refusals, and what stands in front of the API.
    "missing-api": Dialect(
        "Every call is a 404: in the envelope with `INVALID_ENDPOINT`, empty, a page, or other JSON.",
        one_of("envelope", *FORMS),
    ),
    "unknown-contact": Dialect(
        "List and count for an unknown contact: an empty list, a 404 with another code of the reference, or a 404 that "
        "is empty, a page, or other JSON.",
        Value("list|CODE|empty|page|json", one_of("list", *FORMS, *get_args(FailureCode)).parse),
    ),
    "missing-message": Dialect(
        "A missing message gets this status in every operation; 200 has a failing code.",
        one_of("200", "400", "404"),
    ),
    "api-keys": Dialect(
        "These keys are accepted instead of those of `--api-key`.",
        KEYS,
    ),
    "key-header": Dialect(
        "The key is expected in this header.",
        text_like("NAME", values.HEADER_NAME, "the name of a header"),
    ),
    "key-refusal": Dialect(
        "A missing or wrong key gets this status, with a gateway's own JSON.", one_of("401", "403")
    ),
    "base-path": Dialect(
        "The API is under this path instead of `/nexus/v3`.",
        text_like("PATH", BASE_PATH, "a path such as /mail/v3, and none of the sandbox's own pages"),
    ),
    "clock-skew": Dialect(
        "The header `Date` is this many seconds ahead, or behind if negative.",
        whole_number("SECONDS", -MAX_SECONDS, MAX_SECONDS),
    ),
    # Effects.
    "remove-read-stops-routing": Dialect("`remove=read` also takes an inbound message out of routing."),
    "read-ignored": Dialect("`read=true` changes nothing."),
    # What is sent.
    "parent-id": Dialect(
        "`data.parentId` of a sent message names the one that it answers, and joins its thread."
    ),
    "required-field": Dialect("A sent message without this key in its `data` is refused.", dotted("KEY")),
    # Whose mail it says it is.
    "second-address": Dialect(
        "Received messages name another address of the contact.",
        text_like("ADDRESS", ADDRESS, "an email address"),
        in_mail=mails.use_second_address,
    ),
    "box-address": Dialect(
        "Every message is from and to the address of its securebox.", in_mail=mails.use_box_address
    ),
    "securebox-name": Dialect(
        "A message names its securebox in capitals, or as “Claims department”.",
        one_of("upper", "title"),
        in_mail=mails.rename_securebox,
    ),
    # What it holds.
    "derived-text": Dialect(
        "A message that is only HTML gets a plain text from it.", in_whole_mail=mails.derive_text
    ),
    "html-in-text": Dialect(
        "A message has one field `text` for its body, which may hold HTML, and does not say its type.",
        in_whole_mail=mails.put_html_in_text,
    ),
    "attachments": Dialect("Received messages name these files.", FILES, in_mail=mails.name_attachments),
    # How its values are written.
    "string-flags": Dialect(
        "Instead of `status` there is `read` with the text “true” or “false”.",
        in_mail=mails.write_flags_as_strings,
    ),
    "other-words": Dialect(
        "`status` is “New” or “Opened”, `direction` is “FromCustomer” or “FromCompany”.",
        in_mail=mails.use_other_words,
    ),
    "dates": Dialect(
        f"Dates as in e-mail headers, as local time of {mails.LOCAL_ZONE} without an offset, in milliseconds since "
        "1970, or as an object with `dateTime` and `timeZone`.",
        one_of(*mails.DATE_FORMS),
        in_mail=mails.write_date,
    ),
    "without": Dialect("Messages lack these fields.", FIELDS, in_mail=mails.leave_out),
    "wrong-type": Dialect(
        "These fields of messages hold an object that means nothing.",
        FIELDS,
        in_mail=mails.fill_with_wrong_type,
    ),
    "oversized": Dialect(
        f"These fields of messages hold a text of {mails.HUGE:,} characters.",
        FIELDS,
        in_mail=mails.fill_with_too_much,
    ),
    # Where its fields are.
    "contact-server": Dialect(
        "Messages have a Contact Server's fields, such as `interaction_id` and `attributes.Subject`; so has `data` of "
        "a sent one.",
        in_mail=mails.use_contact_server_keys,
        in_data=mails.read_contact_server_keys,
    ),
    "nested": Dialect(
        "All fields of a message except its id are in an object `content`; so are those of `data` of a sent one.",
        in_mail=mails.nest,
        in_data=mails.read_nested,
    ),
}


def spelling(name: str) -> str:
    """How the dialect is written: `cap=N`."""
    value = DIALECTS[name].value
    return f"{name}={value.name}" if value else name


def parse(text: str) -> tuple[str, Any]:
    """The name and the value of a dialect that is written as `cap=5`. Raises ValueError, with a text that says why."""
    name, equals, value = text.partition("=")
    dialect = DIALECTS.get(name)
    if dialect is None:
        raise ValueError(f"There is no dialect {name!r}; there are {', '.join(map(spelling, DIALECTS))}.")
    if dialect.value is None:
        if equals:
            raise ValueError(f"The dialect {name} has no value.")
        return name, True
    try:
        return name, dialect.value.parse(value)
    except ValueError as error:
        raise ValueError(f"The dialect {name} needs a value, {spelling(name)}: {error}.") from None
