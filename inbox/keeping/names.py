"""Names of files that Windows, macOS and Linux take, that sort by date, and of which none comes twice."""

import re
import unicodedata
from datetime import datetime

from django.utils.translation import gettext as _

from portal import dates
from portal.characters import has_visible, one_line

_MAX_LENGTH = 60  # Characters of a subject.
_MAX_BYTES = 150  # In UTF-8: file systems end a name at 255, with its date, number and ending.
# What Windows forbids; separators of folders are among them. A name that begins with a dot is hidden elsewhere.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
# They turn the direction of text: "gpj.exe" reads "exe.jpg". Isolates and embeddings are gone by then.
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f]")


def words_of(text: str, otherwise: str) -> str:
    """A text as part of a file's name: one line, without what a system forbids or a person cannot see."""
    line = _DIRECTION_MARKS.sub("", one_line(unicodedata.normalize("NFC", text)))
    line = " ".join(_FORBIDDEN.sub(" ", line).split())[:_MAX_LENGTH]
    line = line.encode()[:_MAX_BYTES].decode(errors="ignore").strip(" .")
    return line if has_visible(line) else otherwise


class Names:
    """The names that one folder has so far. Systems disagree on whether letter case tells two names apart."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def name(self, moment: datetime | None, subject: str) -> str:
        """Without an ending: "2024-11-03 14.05 Your claim", and for a second one "2024-11-03 14.05 Your claim (2)"."""
        day = dates.local(moment).strftime("%Y-%m-%d %H.%M") if moment else _("no date")
        name = f"{day} {words_of(subject, _('no subject'))}"
        number = self._taken[name.casefold()] = self._taken.get(name.casefold(), 0) + 1
        if number == 1:
            return name
        # A subject may itself end with a number in brackets.
        numbered = f"{name} ({number})"
        if numbered.casefold() in self._taken:
            return self.name(moment, subject)
        self._taken[numbered.casefold()] = 1
        return numbered
