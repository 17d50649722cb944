import pytest
from django.core.exceptions import ValidationError

from portal.accounts.models import Consumer
from portal.accounts.validators import normalise_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        (" anna@example.com ", "anna@example.com"),
        ("anna.b+claims@mail.example.co.uk", "anna.b+claims@mail.example.co.uk"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_normalises_addresses(typed, kept):
    assert normalise_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "@example.com",
        "anna@example",
        "anna@@example.com",
        "anna@example..com",
        ".anna@example.com",
        "anna.@example.com",
        "anna @example.com",
        "anna@-example.com",
        '"anna b"@example.com',
        "anna@[127.0.0.1]",
        "anna@example.com\r\nBcc: x@y.zz",
        "anna@example.com\n",
        "anna@example.com&securebox=HR",
        "\u212aim@example.com",  # Kelvin sign
        "kım@example.com",  # dotless i
        "ſam@example.com",  # long s
        "ａnna@example.com",  # fullwidth a
        "аnna@example.com",  # Cyrillic a
        "anna@exämple.com",
        "anna@example\u3002com",  # ideographic full stop
        "anna\u200b@example.com",  # zero-width space
        "a" * 250 + "@example.com",
    ],
)
def test_refuses_invalid_and_lookalike_addresses(typed):
    with pytest.raises(ValidationError):
        normalise_address(typed)


@pytest.mark.parametrize("typed", ["d\u00f6ra@example.com", "\u212aim@example.com", "anna@ex\u00e4mple.com"])
def test_error_names_the_allowed_letters(typed):
    with pytest.raises(ValidationError, match="Use only letters from a to z without accents"):
        normalise_address(typed)


def test_accounts_are_stored_under_the_normalised_address(db):
    assert Consumer.objects.create_user("Anna@Example.com").email == "anna@example.com"
    with pytest.raises(ValidationError):
        Consumer.objects.create_user("kım@example.com")
