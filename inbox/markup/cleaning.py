"""What nh3 lets through."""

from collections.abc import Iterable

import nh3

from inbox.markup import tables
from inbox.markup.reduction import ATTRIBUTES, TAGS


def cleaned(markup: str, tags: set[str] = TAGS, schemes: Iterable[str] = ("https", "mailto")) -> str:
    """The markup without anything but these elements, their harmless attributes, and links of these schemes."""
    return nh3.clean(
        markup,
        tags=tags,
        attributes=ATTRIBUTES,
        allowed_classes=tables.CLASSES,
        url_schemes=set(schemes),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
