"""Messages whose fields have other values, other names or other places."""

import pytest

from tests.sandbox.helpers import ALICE, listed, send
from tests.support.sandbox import Sandbox

DATE = "2026-07-01T08:00:00.000Z"
BOX = {"address": "claims@contact-centre.example", "personal": ""}


@pytest.fixture
def received(sandbox) -> str:
    return sandbox.add(ALICE, "Your claim", securebox="claims", date=DATE, from_name="Robin Ellis")


@pytest.fixture
def sent(sandbox) -> str:
    return sandbox.add(ALICE, "My claim", securebox="claims", date=DATE, direction="inbound", status="read")


def fetched(sandbox: Sandbox, mail_id: str) -> dict:
    return sandbox.api("GET", f"/securemail/{mail_id}")[1]["secureMail"]


def test_received_messages_can_name_another_address_of_the_contact(sandbox, received, sent):
    sandbox.dialect("second-address=alice@work.example")
    assert fetched(sandbox, received)["to"] == [{"address": "alice@work.example", "personal": ""}]
    assert fetched(sandbox, sent)["from"]["address"] == ALICE
    assert len(listed(sandbox, securebox="claims")) == 2


def test_the_address_of_the_box_can_be_at_both_ends(sandbox, received, sent):
    sandbox.dialect("box-address")
    assert fetched(sandbox, sent)["from"] == BOX
    for mail_id in (received, sent):
        mail = fetched(sandbox, mail_id)
        assert [mail["from"]["address"], mail["to"][0]["address"]] == [BOX["address"]] * 2


@pytest.mark.parametrize(("form", "name"), [("upper", "CLAIMS"), ("title", "Claims department")])
def test_a_securebox_can_have_another_name_in_messages(sandbox, received, form, name):
    default = sandbox.add(ALICE)
    sandbox.dialect(f"securebox-name={form}")
    assert fetched(sandbox, received)["securebox"] == name
    assert fetched(sandbox, default)["securebox"] == ""
    assert len(listed(sandbox, securebox="claims")) == 1


def test_a_message_that_is_only_html_can_get_a_text_from_it(sandbox):
    only_html = sandbox.add(ALICE, text="", html="<p>Tea &amp; <b>toast</b></p>")
    both = sandbox.add(ALICE, text="My own text", html="<p>Markup</p>")
    blank = sandbox.add(ALICE, text="\n", html="<p>Markup</p>")
    sandbox.dialect("derived-text")
    texts = {mail["id"]: mail["bodyAsPlainText"] for mail in listed(sandbox)}
    assert texts == {only_html: "Tea & toast", both: "My own text", blank: "\n"}
    assert fetched(sandbox, only_html)["bodyAsPlainText"] == "Tea & toast"


def test_html_can_be_in_the_field_for_text(sandbox):
    html = f"<p>{'word ' * 100}</p>"
    mail_id = sandbox.add(ALICE, text="The text", html=html)
    sandbox.dialect("html-in-text")
    mail = fetched(sandbox, mail_id)
    assert mail["text"] == html
    assert not {"body", "bodyAsPlainText", "mime"} & mail.keys()
    assert listed(sandbox)[0]["text"] == html[:200]


def test_received_messages_can_name_files(sandbox, received, sent):
    assert fetched(sandbox, received)["attachments"] == []
    sandbox.dialect("attachments=policy.pdf,my photo.jpg", "full-list")
    for mail in (fetched(sandbox, received), *listed(sandbox, securebox="claims", status="unread")):
        assert [file["name"] for file in mail["attachments"]] == ["policy.pdf", "my photo.jpg"]
    assert fetched(sandbox, sent)["attachments"] == []


def test_flags_can_be_texts(sandbox, received, sent):
    sandbox.dialect("string-flags")
    assert (fetched(sandbox, received)["read"], fetched(sandbox, sent)["read"]) == ("false", "true")
    assert "status" not in fetched(sandbox, received)
    assert len(listed(sandbox, securebox="claims", status="unread")) == 1


def test_words_can_be_others(sandbox, received, sent):
    sandbox.dialect("other-words")
    words = [
        (mail["status"], mail["direction"]) for mail in (fetched(sandbox, received), fetched(sandbox, sent))
    ]
    assert words == [("New", "FromCompany"), ("Opened", "FromCustomer")]


@pytest.mark.parametrize(
    ("form", "date"),
    [
        ("rfc2822", "Wed, 01 Jul 2026 08:00:00 +0000"),
        ("local", "2026-07-01T10:00:00"),
        ("epoch", 1782892800000),
        ("object", {"dateTime": "2026-07-01T10:00:00", "timeZone": "Europe/Berlin"}),
    ],
)
def test_dates_can_have_another_form(sandbox, received, form, date):
    sandbox.dialect(f"dates={form}")
    assert fetched(sandbox, received)["date"] == listed(sandbox, securebox="claims")[0]["date"] == date


def test_fields_can_be_missing_wrong_or_oversized(sandbox, received):
    usual = fetched(sandbox, received)
    sandbox.dialect("without=date,bodyAsPlainText", "wrong-type=subject", "oversized=threadId")
    mail = fetched(sandbox, received)
    assert mail.keys() == usual.keys() - {"date", "bodyAsPlainText"}
    assert isinstance(mail["subject"], dict)
    assert len(mail["threadId"]) == 1_000_000


def test_messages_can_have_the_fields_of_a_contact_server(sandbox):
    parent = sandbox.add(ALICE)
    mail_id = sandbox.add(
        ALICE,
        "Your claim",
        date=DATE,
        text="Hello",
        html="<p>Hello</p>",
        from_name="Robin Ellis",
        parent_id=parent,
    )
    usual = fetched(sandbox, mail_id)
    sandbox.dialect("contact-server")
    assert fetched(sandbox, mail_id) == {
        "interaction_id": mail_id,
        "attributes": {"Subject": "Your claim"},
        "from_address": '"Robin Ellis" <mail@contact-centre.example>',
        "to_addresses": [ALICE],
        "sent_date": DATE,
        "isRead": False,
        "entity_type": "EmailOut",
        "text": "Hello",
        "structured_text": "<p>Hello</p>",
        "struct_text_mime_type": "text/html",
        "thread_id": usual["threadId"],
        "parent_id": parent,
        "securebox": "",
        "attachments": [],
    }


def test_a_contact_server_keeps_no_formatted_text_of_a_plain_message(sandbox, sent):
    sandbox.dialect("contact-server")
    mail = fetched(sandbox, sent)
    assert (mail["entity_type"], mail["isRead"]) == ("EmailIn", True)
    assert not {"structured_text", "struct_text_mime_type"} & mail.keys()


def test_fields_can_be_nested(sandbox, received):
    usual = fetched(sandbox, received)
    sandbox.dialect("nested")
    assert fetched(sandbox, received) == {"id": usual.pop("id"), "content": usual}


@pytest.mark.parametrize(("key", "path"), [("mail", ["mail"]), ("data.mail", ["data", "mail"])])
def test_a_single_message_can_be_under_another_key(sandbox, received, key, path):
    sandbox.dialect(f"message-key={key}")
    for method in ("GET", "DELETE"):
        _, found = sandbox.api(method, f"/securemail/{received}")
        for each in path:
            found = found[each]
        assert found["id"] == received


def test_all_dialects_of_messages_can_be_combined(sandbox, received):
    html = sandbox.add(ALICE, "x", securebox="claims", text="", html="<p>x</p>")
    sandbox.dialect("nested", "contact-server", "other-words", "string-flags", "html-in-text", "derived-text")
    sandbox.dialect("box-address", "second-address=a@b.example", "securebox-name=upper", "attachments=a.pdf")
    sandbox.dialect("dates=object", "full-list")
    for mail_id in (received, html):
        mail = fetched(sandbox, mail_id)
        assert mail["interaction_id"] == mail_id
        assert (mail["content"]["isRead"], mail["content"]["entity_type"]) == ("false", "FromCompany")
    assert len(listed(sandbox, securebox="claims")) == 2
    for field in ("without", "wrong-type", "oversized"):
        sandbox.dialect(f"{field}=id,subject,from,to,date,direction,mime,body,bodyAsPlainText,securebox")
        assert len(listed(sandbox, securebox="claims")) == 2


def test_removing_returns_the_message_in_the_dialect_too(sandbox, received):
    sandbox.dialect("contact-server")
    _, answer = sandbox.api("DELETE", f"/securemail/{received}")
    assert (answer["secureMail"]["interaction_id"], answer["secureMail"]["isRead"]) == (received, True)


def test_the_control_endpoints_do_not_speak_it(sandbox):
    send(sandbox)
    before = sandbox.messages()
    sandbox.dialect("contact-server", "nested", "dates=epoch", "without=subject")
    assert sandbox.messages() == before
