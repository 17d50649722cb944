"""What nh3 lets through."""

import nh3

from inbox.markup import tables
from inbox.markup.reduction import ATTRIBUTES, TAGS

SCHEMES = {"http", "https", "mailto", "tel"}


def cleaned(markup: str, tags: set[str] = TAGS) -> str:
    """The markup without anything but these elements, their harmless attributes, and links of SCHEMES."""
    return nh3.clean(
        markup,
        tags=tags,
        attributes=ATTRIBUTES,
        allowed_classes=tables.CLASSES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
