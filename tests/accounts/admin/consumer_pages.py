"""The admin's pages of consumers, as an operator uses them."""

from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import Activity, Consumer, Invitation

LIST = "/admin/accounts/consumer/"


def act(browser: Client, action: str, *chosen: Consumer | Invitation, page: str = LIST, **fields: str) -> str:
    """Run an action of the list and confirm it. The text of the next page."""
    form = {"action": action, "_selected_action": [row.pk for row in chosen], "confirmed": "yes"}
    return browser.post(page, form | fields, follow=True).content.decode()


def change(browser: Client, consumer: Consumer, **fields: object) -> HttpResponse:
    return browser.post(f"{LIST}{consumer.pk}/change/", fields)


def events() -> list[tuple[str, str, str]]:
    """Event, account and operator of each line of the activity log, oldest first."""
    return list(Activity.objects.order_by("pk").values_list("event", "address", "by"))
