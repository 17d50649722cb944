"""Messages that the portal hides, and the rule that hides them."""

from inbox.diagnosis import Box, State, diagnose, find_box
from tests.inbox.diagnosis.api import ALICE


def test_messages_of_another_box_are_a_failure(api, found):
    for each in api.messages[:3]:
        each["securebox"] = "Claims Department"
    text = found("Hidden")
    assert "3 of the 4 listed messages are hidden: each names another securebox (Claims Department)." in text
    assert 'manage.py securebox SLUG --alias "..."' in text


def test_messages_that_name_other_addresses_are_a_failure(api, found):
    api.messages[0].update({"from": "box@canary.example", "to": "box@canary.example"})
    text = found("Hidden")
    assert (
        "1 of the 4 listed messages are hidden: each names another address, and not the customer's." in text
    )
    assert "In 1, sender and recipient are the same." in text
    assert 'SECUREMAIL_DIALECT={"box_addresses": ["..."]}' in text
    assert "canary.example" not in text


def test_where_nothing_is_hidden_it_says_so(api, found):
    api.change(securebox="claims")
    assert "No message names another" in found("Hidden", State.OK)


def test_a_name_that_could_be_an_address_is_not_repeated(api, found):
    api.change(securebox="alice@canary.example")
    assert "names another securebox." in found("Hidden")


def test_what_is_declared_is_not_hidden(api, settings):
    settings.SECUREMAIL_DIALECT = '{"box_addresses": ["box@canary.example"]}'
    api.messages[0].update({"from": "box@canary.example", "to": "box@canary.example"})
    api.messages[1]["securebox"] = "CLAIMS"
    report = diagnose(ALICE, Box("claims", aliases=("Claims",)))
    assert [each for each in report.findings if each.topic == "Hidden" and each.state is not State.OK] == []


def test_a_message_that_is_hidden_when_it_is_opened_is_a_failure(api, found):
    api._named = lambda name: {"id": name, "securebox": "other", "text": "canary"}
    assert "2 of the 2 opened messages are hidden: each names another securebox (other)." in found("Hidden")


def test_other_names_are_those_of_the_box(claims):
    claims.aliases = "Claims Department"
    claims.save()
    assert find_box("Claims01") == Box("Claims01", aliases=("Claims Department",))
    assert find_box("new") == Box("new")
