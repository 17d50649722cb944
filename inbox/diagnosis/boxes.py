"""What the portal knows of a securebox that is to be asked for; it need not know it yet."""

from inbox.diagnosis.setup import Box
from inbox.models import Securebox


def find_box(name: str) -> Box:
    """The securebox with this API name."""
    known = Securebox.objects.filter(name=name).first()
    return Box(name, aliases=known.alias_names if known else ())
