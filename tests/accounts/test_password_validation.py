"""Which passwords are accepted, and the errors for others."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts.models import Consumer


def words_of_refusal(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "a-lamp-by-the-window",
        "correct horse battery staple",
        "twelve chars",
        "eine Lampe über dem Küchentisch",
        "ランプが窓のそばにある、静かな夜",
        "x7" + "q!9dKw" * 30 + "end",
        " leading and trailing blanks ",
        "my Northwind policy lies in the drawer",
    ],
)
def test_accepts_long_uncommon_passwords(settings, password):
    settings.PORTAL_NAME = "Northwind Insurance"
    assert words_of_refusal(password) == ""


@pytest.mark.parametrize("password", ["elevenchars", "short", ""])
def test_refuses_short_passwords(password):
    assert "12 characters" in words_of_refusal(password)


@pytest.mark.parametrize(
    "password",
    [
        "Password2026!",
        "password1234",
        "iloveyou!!!!!!!",
        "1q2w3e4r5t6y",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "passwordpassword",
        "2026-letmein-2026",
    ],
)
def test_refuses_common_passwords(password):
    assert "too easy to guess" in words_of_refusal(password)


@pytest.mark.parametrize(
    "password", ["northwind2026!", "Insurance-2026", "NORTHWIND-insur", "securebox-1234", "tulipline2026"]
)
def test_refuses_company_words(settings, password):
    settings.PORTAL_NAME, settings.PORTAL_COMPANY_WORDS = "Northwind Insurance", ["Tulipline"]
    assert "Leave out" in words_of_refusal(password)


def test_refuses_the_users_name_and_address():
    anna = Consumer(email="anna.lindqvist@example.com", first_name="Anna", last_name="Lindqvist")
    assert "too similar" in words_of_refusal("anna.lindqvist1", anna)


@pytest.mark.parametrize(
    "password",
    ["evastone1234567", "eva stone 1234567", "Stone-Eva-19-84!", "e.stone-e.stone-1", "StoneLove2026"],
)
def test_refuses_the_users_names_with_few_other_letters(password):
    eva = Consumer(email="e.stone@example.com", first_name="Eva", last_name="Stone")
    assert "Leave out your name" in words_of_refusal(password, eva)


@pytest.mark.parametrize(
    "password", ["a stone by the garden gate", "primeval lamps at noon", "481516-2342-108"]
)
def test_passphrase_may_contain_a_name(password):
    eva = Consumer(email="e.stone@example.com", first_name="Eva", last_name="Stone")
    assert words_of_refusal(password, eva) == ""


def test_requires_no_kinds_of_characters():
    assert words_of_refusal("nothingbutsmallletters") == ""
