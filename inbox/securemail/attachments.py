"""The names of the files that came with a message. The API documents no way to fetch them."""

import re
from typing import Any

from inbox.securemail.lookup import Keys
from inbox.securemail.models import Attachments
from inbox.securemail.values import first_line, parse_line, visible

MAX_COUNT = 9_999
MAX_NAMES = 20
MAX_NAME = 100  # Characters.
END_KEPT = 20  # Of a name that is cut, since the end tells the kind of file.

NUMBER = re.compile(r"[0-9]{1,4}")
# `TheName` is the Contact Server's.
NAME_KEYS = ("name", "fileName", "theName", "title")
MIME_KEYS = ("mime", "mimeType", "contentType", "type")
CONTENT_ID_KEYS = ("contentId", "cid")
PICTURE_NAME = re.compile(r".*\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?)", re.IGNORECASE)


def parse_attachments(_key: str, value: object) -> Attachments | None:
    """A list of names or of objects with names, or a number. Pictures that are part of the letter do not count."""
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Attachments(count=value) if 0 < value <= MAX_COUNT else None
    if not isinstance(value, list):
        return None
    files = [entry for entry in value if _is_file(entry)]
    names = [name for entry in files[:MAX_NAMES] if (name := _name_of(entry))]
    return Attachments(count=len(files), names=tuple(names)) if files else None


def _is_file(entry: object) -> bool:
    if isinstance(entry, str):
        return bool(entry.strip())
    return isinstance(entry, dict) and bool(entry) and not _is_embedded_picture(entry)


def _is_embedded_picture(entry: dict[str, Any]) -> bool:
    """Many programs give a content id to any attachment, and show a PDF "inline": only a picture can be embedded."""
    keys = Keys(entry)
    disposition = str(keys.find("disposition")[1] or keys.find("contentDisposition")[1] or "").strip().lower()
    flag = next((v for key in ("isInline", "inline") if isinstance(v := keys.find(key)[1], bool)), None)
    if flag is False or disposition.startswith("attachment"):
        return False
    is_inline = flag or disposition.startswith("inline") or any(keys.find(key)[1] for key in CONTENT_ID_KEYS)
    return bool(is_inline) and _is_picture(keys, _name_of(entry))


def _is_picture(keys: Keys, name: str) -> bool:
    mime = first_line(keys, MIME_KEYS)
    if mime:
        return mime.lower().startswith("image/")
    return not name or bool(PICTURE_NAME.fullmatch(name))


def _name_of(entry: object) -> str:
    """The file's own name, without folders and without what a reader cannot see; empty if it has none."""
    if isinstance(entry, dict):
        entry = first_line(Keys(entry), NAME_KEYS)
    name = visible(re.split(r"[/\\]", parse_line("", entry) or "")[-1].strip())
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - END_KEPT - 1]}…{name[-END_KEPT:]}"
