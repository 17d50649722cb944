"""Saving one message: as a page, and as an email."""

import email
from email import policy
from io import BytesIO
from zipfile import ZipFile

import pytest

from inbox.references import sign
from inbox.securemail import Direction
from portal.accounts.models import Activity
from tests.conftest import sign_in
from tests.inbox.helpers import only_reference, references

ALICE = "alice@example.com"


@pytest.fixture
def letter(alice_client, sandbox):
    sandbox.add(
        ALICE, "Your knée", securebox="Claims01", text="About your knee.", date="2024-11-03T09:00:00Z"
    )
    address = f"/inbox/claims/{only_reference(alice_client)}/"
    sandbox.forget_calls()
    return address


@pytest.mark.parametrize(("form", "ending"), [("page", "html"), ("email", "eml")])
def test_saving_takes_one_call_and_marks_nothing_as_read(alice_client, sandbox, letter, form, ending):
    response = alice_client.get(f"{letter}save/{form}/")
    assert f"2024-11-03%2009.00%20Your%20kn%C3%A9e.{ending}" in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment;")
    assert [(call["operation"], call["query"]) for call in sandbox.calls()] == [("get", {})]
    assert sandbox.messages()[0]["status"] == "unread"
    assert b"About your knee." in response.content


def test_the_email_can_be_read_back(alice_client, letter):
    response = alice_client.get(f"{letter}save/email/")
    found = email.message_from_bytes(response.content, policy=policy.default)
    assert response["Content-Type"] == "message/rfc822" and found["Subject"] == "Your knée"


def test_the_page_can_do_nothing_even_where_it_is_shown(alice_client, letter):
    policy_header = alice_client.get(f"{letter}save/page/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy_header and "sandbox" in policy_header


def test_each_is_a_line_in_the_log_without_anything_of_the_message(alice_client, letter):
    alice_client.get(f"{letter}save/page/")
    line = Activity.objects.values().get()
    assert (line["event"], line["box"], line["detail"]) == ("exported", "Claims", "message")
    assert "kn" not in line["detail"]
    assert "Downloaded: a message" in alice_client.get("/accounts/activity/").content.decode()


@pytest.mark.parametrize("form", ["pdf", "page-x", "0"])
def test_other_forms_do_not_exist_and_cost_no_call(alice_client, sandbox, letter, form):
    assert alice_client.get(f"{letter}save/{form}/").status_code == 404
    assert sandbox.calls() == []


def test_nobody_else_can_save_it_and_no_reference_of_another_box_opens(alice_client, bob, sandbox, letter):
    other = sign(ALICE, "", sandbox.messages()[0]["id"], Direction.OUTBOUND)
    assert sign_in(bob).get(f"{letter}save/email/").status_code == 404
    assert alice_client.get(f"/inbox/claims/{other}/save/email/").status_code == 404
    assert sandbox.calls("get") == [] and not Activity.objects.exists()


def test_in_an_outage_there_is_no_file_and_no_line(alice_client, sandbox, letter):
    sandbox.fault("status", status=500, operation="get")
    response = alice_client.get(f"{letter}save/email/")
    assert response.status_code == 503 and "Content-Disposition" not in response
    assert not Activity.objects.exists()


def test_a_head_saves_nothing(alice_client, letter):
    assert alice_client.head(f"{letter}save/page/").status_code == 405


def test_the_page_of_a_message_offers_it(alice_client, letter):
    html = alice_client.get(letter).content.decode()
    assert f'href="{letter}save/page/"' in html and f'href="{letter}save/email/"' in html


def save_together(browser, kind="page", chosen=()):
    return browser.post("/inbox/claims/save/conversation/", {"kind": kind, "reference": " ".join(chosen)})


def test_a_conversation_is_one_page_with_a_call_for_each_message(alice_client, sandbox, letter):
    sandbox.add(ALICE, "Re: Your knée", securebox="Claims01", direction="inbound", text="Thank you.")
    chosen = references(alice_client)[::-1]
    sandbox.forget_calls()
    response = save_together(alice_client, "page", chosen)
    html = response.content.decode()
    assert html.index("About your knee.") < html.index("Thank you.")
    assert [(call["operation"], call["query"]) for call in sandbox.calls()] == [("get", {})] * 2
    line = Activity.objects.values().get()
    assert (line["event"], line["detail"], line["number"]) == ("exported", "conversation", 2)


def test_or_emails_in_a_zip(alice_client, sandbox, letter):
    sandbox.add(ALICE, "Your knée", securebox="Claims01", date="2024-11-03T09:00:00Z")
    response = save_together(alice_client, "email", references(alice_client))
    assert ".zip" in response["Content-Disposition"]
    names = sorted(ZipFile(BytesIO(response.content)).namelist())
    assert names == ["2024-11-03 09.00 Your knée (2).eml", "2024-11-03 09.00 Your knée.eml"]


def test_if_one_message_cannot_be_had_there_is_no_file(alice_client, sandbox, letter):
    sandbox.add(ALICE, "Another", securebox="Claims01")
    chosen = references(alice_client)
    sandbox.fault("status", status=500, operation="get", times=1)
    assert save_together(alice_client, "page", chosen).status_code == 503
    assert not Activity.objects.exists()


@pytest.mark.parametrize("chosen", [[], ["o.abc." + "A" * 43]])
def test_void_references_cost_no_call(alice_client, sandbox, letter, chosen):
    mine = [*references(alice_client), *chosen] if chosen else []
    sandbox.forget_calls()
    assert save_together(alice_client, "page", mine).status_code == 404
    assert sandbox.calls() == []
