"""What the portal knows of a securebox that is to be asked for; it need not know it yet."""

from inbox.diagnosis.setup import Box
from inbox.models import Securebox


def find_box(name: str) -> Box:
    """The securebox with this API name, which `name@connection` seeks at a connection of its own.

    Where several connections have a box of the name, it is that of the default one.
    """
    api_name, _at, connection = name.partition("@")
    boxes = Securebox.objects.filter(name=api_name).order_by("connection")
    known = (boxes.filter(connection=connection) if connection else boxes).first()
    if known is None:
        return Box(api_name, connection=connection, title=name)
    return Box(api_name, aliases=known.alias_names, connection=known.connection, title=known.title)
