"""How people reach the company: PORTAL_CONTACT, for the pages and mails."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

from django.conf import settings

_TEL: Final = re.compile(r"\+?[\d ()./-]{3,}")  # What people write for a telephone number.


@dataclass(frozen=True)
class Contact:
    """Each part may be empty. `hours` are the phone's; `address` is where letters go; `link` an https URL."""

    phone: str = ""
    hours: str = ""
    address: str = ""
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.address or self.link)

    @property
    def tel(self) -> str:
        """The phone number as a `tel:` URL has it (RFC 3966). A "(0)" is dialled only within the country."""
        return re.sub(r"\(0\)|[^\d+]", "", self.phone)


def contact() -> Contact:
    """What PORTAL_CONTACT says. A setting that cannot be read stops the start, so this raises nothing then."""
    return parse(settings.PORTAL_CONTACT)


@lru_cache(maxsize=8)
def parse(text: str) -> Contact:
    """`phone=020 7946 0000; hours=Mon to Fri, 9 to 5; link=https://...`. Raises ValueError with what is wrong."""
    parts = dict(_parts(text))
    unknown = parts.keys() - {field.name for field in fields(Contact)}
    if unknown:
        raise ValueError(f"it has no part {', '.join(sorted(unknown))}")
    found = Contact(**parts)
    if found.phone and not _TEL.fullmatch(found.phone):
        raise ValueError("the phone is no number")
    if found.hours and not found.phone:
        raise ValueError("the hours need a phone")
    if found.link and not is_web_address(found.link):
        raise ValueError("the link does not begin with https://")
    return found


def is_web_address(url: str) -> bool:
    return re.fullmatch(r"https://[^\s/]+\S*", url) is not None


def _parts(text: str) -> Iterable[tuple[str, str]]:
    for part in filter(str.strip, text.split(";")):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"“{part.strip()}” is not written as name=value")
        yield name.strip(), value.strip()
