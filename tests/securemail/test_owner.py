"""Which messages are hidden from a consumer, and by which rule."""

import pytest

from inbox.securemail import Hidden, Listing, Message, Owner, Party

ALICE, BOB, BOX = (Party(address=f"{name}@example.com") for name in ("alice", "bob", "claims"))
OWNER = Owner(address="Alice@example.com", securebox="Claims01")
DECLARED = Owner(
    address="Alice@example.com",
    securebox="Claims01",
    aliases=("Claims Department", "claims01", "Schäden"),
    box_addresses=frozenset({"claims@example.com"}),
)


def mail(sender: Party | None = None, *recipients: Party, box: str | None = None) -> Message:
    return Message(id="m", sender=sender, recipients=recipients, securebox=box)


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (mail(), None),
        (mail(ALICE), None),
        (mail(BOX, ALICE), None),
        (mail(BOB, ALICE), None),
        (mail(Party(name="Claims"), box="Claims01"), None),
        (mail(BOB), Hidden.OTHER_ADDRESS),
        (mail(None, BOB, Party(name="alice@example.com")), Hidden.OTHER_ADDRESS),
        (mail(BOX, BOX), Hidden.OTHER_ADDRESS),
        (mail(BOB, box="Other1"), Hidden.OTHER_ADDRESS),
        (mail(ALICE, box="Billing1"), Hidden.OTHER_SECUREBOX),
        (mail(box="claims01"), Hidden.OTHER_SECUREBOX),
        (mail(box="Claims Department"), Hidden.OTHER_SECUREBOX),
    ],
)
def test_a_message_is_hidden_if_its_address_or_securebox_differs(
    message: Message, rule: Hidden | None
) -> None:
    assert message.hidden_from(OWNER) is rule


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (mail(BOX, BOX), None),
        (mail(BOX), None),
        (mail(BOX, ALICE), None),
        (mail(ALICE, box="CLAIMS DEPARTMENT"), None),
        (mail(box="CLAIMS01"), None),
        (mail(box="schÄden"), None),
        (mail(BOX, BOB), Hidden.OTHER_ADDRESS),
        (mail(BOB, BOX), Hidden.OTHER_ADDRESS),
        (mail(BOB, BOX, box="Claims Department"), Hidden.OTHER_ADDRESS),
        (mail(Party(address="claims@example.com.example")), Hidden.OTHER_ADDRESS),
        (mail(BOX, BOX, box="Claims"), Hidden.OTHER_SECUREBOX),
        (mail(box="Claims01 "), Hidden.OTHER_SECUREBOX),
    ],
)
def test_what_is_declared_lets_only_that_through(message: Message, rule: Hidden | None) -> None:
    assert message.hidden_from(DECLARED) is rule


def test_a_consumer_whose_address_is_a_boxs_sees_nobody_elses_mail() -> None:
    owner = Owner(address="claims@example.com", securebox="", box_addresses=DECLARED.box_addresses)
    assert mail(BOX, BOB).hidden_from(owner) is Hidden.OTHER_ADDRESS
    assert mail(BOB, BOX).hidden_from(owner) is Hidden.OTHER_ADDRESS
    assert mail(BOX, BOX).hidden_from(owner) is None


def test_a_list_counts_what_each_rule_hides() -> None:
    listing = Listing(entries=(None, mail(ALICE), mail(BOB), mail(BOB), mail(box="Other1")))
    assert listing.hidden_from(OWNER) == {
        Hidden.NO_ID: 1,
        Hidden.OTHER_ADDRESS: 2,
        Hidden.OTHER_SECUREBOX: 1,
    }
    assert Listing(entries=(mail(ALICE),)).hidden_from(OWNER) == {}
