"""The names of the files that came with a message."""

from typing import Any

import pytest

from inbox.securemail import Attachments, SecureMailClient
from tests.support.wire import Wire, envelope, reply

PHOTO = {"name": "photo.jpg", "mimeType": "image/jpeg"}
LOGO = {"name": "logo.png", "mimeType": "image/png"}


@pytest.fixture
def attachments(client: SecureMailClient, wire: Wire):
    def read(**raw: Any) -> Attachments:
        wire.script(reply(envelope(secureMail={"id": "m1", **raw})))
        return client.get("m1", address="alice@example.com").attachments

    return read


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ({"attachments": ["policy.pdf", "photo.jpg"]}, ["policy.pdf", "photo.jpg"]),
        (
            {"attachments": [{"id": "1", "name": "policy.pdf", "size": 5, "mime": "application/pdf"}]},
            ["policy.pdf"],
        ),
        ({"Attachments": [{"TheName": "policy.pdf", "TheSize": 5}]}, ["policy.pdf"]),
        (
            {"attachments": [{"fileName": "a.txt"}, {"file_name": "b.txt"}, {"FileName": "c.txt"}]},
            ["a.txt", "b.txt", "c.txt"],
        ),
        ({"attributes": {"Attachments": ["policy.pdf"]}}, ["policy.pdf"]),
        (
            {"attachments": ["/home/agent/letters/policy.pdf", "C:\\Users\\x\\photo.jpg"]},
            ["policy.pdf", "photo.jpg"],
        ),
        (
            {"attachments": ["\x1b[2Jpolicy\r\n.pdf", "invoice\u202efdp.exe"]},
            ["[2Jpolicy .pdf", "invoicefdp.exe"],
        ),
    ],
)
def test_files_are_named(attachments, raw: dict[str, Any], names: list[str]) -> None:
    assert attachments(**raw) == Attachments(count=len(names), names=tuple(names))


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ({"attachments": 2}, 2),
        ({"attachmentCount": "2"}, 2),
        ({"attachments": [], "attachment_count": 1}, 1),
        ({"attachments": [{"id": "1"}, {"name": ""}, {"name": "\u200b"}, {"name": "a/"}, {"name": 5}]}, 5),
    ],
)
def test_files_without_names_are_counted(attachments, raw: dict[str, Any], count: int) -> None:
    assert attachments(**raw) == Attachments(count=count)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        0,
        -1,
        10_000,
        10**400,
        True,
        1.5,
        "",
        "many",
        "policy.pdf",
        [None, 5, [], {}, "", " "],
        {"a": 1},
    ],
)
def test_anything_else_is_no_file(attachments, value: object) -> None:
    assert attachments(attachments=value) == Attachments()


@pytest.mark.parametrize(
    ("entry", "is_file"),
    [
        ({**LOGO, "disposition": "inline"}, False),
        ({**LOGO, "contentDisposition": "INLINE; filename=logo.png"}, False),
        ({**LOGO, "isInline": True}, False),
        ({**LOGO, "contentId": "<logo@example.com>"}, False),
        ({"cid": "logo"}, False),
        ({"name": "logo.png", "ContentId": "logo"}, False),
        # What is not a picture, or was attached, is a file however it is shown.
        ({"name": "policy.pdf", "mime": "application/pdf", "disposition": "inline", "contentId": "x"}, True),
        ({"name": "policy.pdf", "contentId": "x"}, True),
        ({**PHOTO, "disposition": "attachment", "contentId": "x"}, True),
        ({**PHOTO, "isInline": False, "contentId": "x"}, True),
        ({**PHOTO, "contentId": None}, True),
        (PHOTO, True),
    ],
)
def test_a_picture_inside_the_letter_is_no_file(attachments, entry: dict[str, Any], is_file: bool) -> None:
    assert attachments(attachments=[entry]).count == is_file


def test_very_many_files_and_very_long_names_are_cut(attachments) -> None:
    found = attachments(attachments=["n" * 200 + ".pdf"] * 5_000)
    assert (found.count, len(found.names), found.others) == (5_000, 20, 4_980)
    assert found.names[0] == "n" * 79 + "…" + "n" * 16 + ".pdf"


def test_the_names_are_not_in_a_repr(attachments) -> None:
    assert "policy" not in repr(attachments(attachments=["policy.pdf"]))
