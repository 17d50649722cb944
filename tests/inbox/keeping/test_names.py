"""Names of files."""

import pytest

from inbox.keeping.names import Names
from tests.inbox.keeping.letters import MOMENT


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Your claim", "2024-11-03 14.05 Your claim"),
        ("../../etc/passwd", "2024-11-03 14.05 etc passwd"),
        (r"C:\x|y?*<z>", "2024-11-03 14.05 C x y z"),
        ("a\r\nb\x00c\u202etxt.exe", "2024-11-03 14.05 a bctxt.exe"),
        ("ends. . ", "2024-11-03 14.05 ends"),
        ("", "2024-11-03 14.05 no subject"),
        ("\u200f\u200b", "2024-11-03 14.05 no subject"),
        ("فاتورة", "2024-11-03 14.05 فاتورة"),
        ("e\u0301", "2024-11-03 14.05 \u00e9"),
        ("x" * 300, "2024-11-03 14.05 " + "x" * 60),
    ],
)
def test_a_name_is_safe_and_begins_with_the_date(subject, name):
    assert Names().name(MOMENT, subject) == name


def test_no_name_is_longer_than_a_file_system_takes():
    assert len(Names().name(MOMENT, "\U0001f600" * 300).encode()) < 200


def test_no_two_names_are_alike_in_any_letter_case():
    names, subjects = Names(), ["Bill", "bill", "BILL", "Bill (2)", "Bill"]
    found = [names.name(MOMENT, subject).casefold() for subject in subjects]
    assert len(set(found)) == 5


def test_without_a_date():
    assert Names().name(None, "Bill") == "no date Bill"
