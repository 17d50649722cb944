"""The writers of a campaign and the secureboxes they write to."""

from concurrent.futures import Executor

from django.conf import settings
from django.contrib.auth import get_user_model

from inbox.models import Securebox
from tests.chaos.campaign.browser import Browser, new_client
from tests.chaos.campaign.plan import BOXES

CLAIMS, BILLING = BOXES


def address_of(writer: int) -> str:
    return f"writer{writer}@example.com"


def settle(writers: int) -> None:
    """Create the consumers, and boxes for both ways to find a message: by our id (operation key) and by its text."""
    Securebox.objects.create(slug=CLAIMS, name="Claims01", title="Claims", operation_key="PortalId")
    Securebox.objects.create(slug=BILLING, name="", title="Billing", position=1)
    for writer in range(writers):
        person = get_user_model().objects.create_user(
            address_of(writer), first_name="Writer", last_name=str(writer)
        )
        person.mark_verified()


def sign_in(writer: int, fingers: Executor) -> Browser:
    client = new_client()
    client.force_login(get_user_model().objects.get(email=address_of(writer)))
    return Browser(client.cookies[settings.SESSION_COOKIE_NAME].value, fingers)
