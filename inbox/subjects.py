"""Subjects without what mail programs put before those of answers."""

import re

from portal.characters import one_line

# What mail programs put before the subject of an answer, in their language: from Wikipedia's "List of email subject
# abbreviations", and what Outlook writes. French has the last of its words for what is passed on, too.
_PREFIXES = {
    "Latin, and most languages": "re",
    "Arabic": "رد",
    "Chinese": "回复 回覆 答复 答覆",
    "Danish, Norwegian, Swedish": "sv",
    "Dutch": "antw",
    "Finnish": "vs",
    "French": "rép tr",
    "German": "aw antwort",
    "Greek": "απ σχετ",
    "Hebrew": "השב תשובה תגובה",
    "Hungarian": "vá",
    "Icelandic": "svar",
    "Indonesian": "bls",
    "Italian": "r rif",
    "Japanese": "返信",
    "Korean": "답장 회신",
    "Polish": "odp",
    "Portuguese": "res",
    "Russian": "на отв",
    "Turkish": "ynt",
    "Ukrainian": "відп",
    "Welsh": "atb",
}
_WORDS = "|".join(" ".join(_PREFIXES.values()).split())
_NUMBER = r"\[\d{1,3}\]|\(\d{1,3}\)|[*^]\d{1,3}"  # Some programs count: "Re[2]:", "Re(2):", "Re^2:".
_PREFIX = re.compile(rf"\s*+(?:{_WORDS})\s*+(?:{_NUMBER})?\s*+[:：]", re.IGNORECASE)


def without_prefixes(subject: str) -> str:
    """In one line; empty if nothing is left."""
    left = " ".join(one_line(subject).split())
    while prefix := _PREFIX.match(left):
        left = left[prefix.end() :]
    return left.strip()
