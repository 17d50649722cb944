from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from portal.accounts.models import Activity, Consumer

Event = Activity.Event


@dataclass(frozen=True)
class Person:
    """A person by the address they are asked for with. `consumer` is None if there is no account with it."""

    address: str
    consumer: Consumer | None

    @property
    def account(self) -> Consumer:
        """For lines of the log: unsaved if there is no account."""
        return self.consumer or Consumer(email=self.address)

    def lines(self) -> QuerySet[Activity]:
        """The lines of the activity log on this person's account, under all addresses that it has had.

        Of closed accounts, those with this address. Lines on other accounts are another person's, even if that account
        once had this address.
        """
        own = Q(consumer=None, address=self.address)
        if self.consumer:
            own |= Q(consumer=self.consumer)
        return Activity.objects.filter(own).order_by("at", "pk")

    def acts(self) -> QuerySet[Activity]:
        """What they did as an operator. These lines are about others."""
        return Activity.objects.filter(by=self.address).order_by("at", "pk")

    def entered_elsewhere(self) -> QuerySet[EmailAddress]:
        """Where another account asked for this address and has not proved it."""
        unproved: QuerySet[EmailAddress] = EmailAddress.objects.filter(email=self.address, verified=False)
        return unproved.exclude(user=self.consumer)

    def asked_for_elsewhere(self) -> QuerySet[Activity]:
        """The lines of the log which say so."""
        lines = Activity.objects.filter(event=Event.ADDRESS_ASKED_FOR, detail=self.address)
        return lines.exclude(pk__in=self.lines().values("pk"))


def find(address: str) -> Person:
    """`address` is normalised. There may be nothing about the person: see `export`."""
    return Person(address, Consumer.objects.filter(email=address).first())
