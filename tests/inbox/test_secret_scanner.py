"""What the scanner finds in a text and, above all, what it does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.secret_scanner import MAX_FINDINGS, Finding, find_secrets

# Test numbers that issuers and payment services publish, by length and issuer.
CARDS = [
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "4917610000000000003",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "2720992593319364",
    "378282246310005",
    "341111111111111",
    "30569309025904",
    "38520000023237",
    "36227206271667",
    "3530111333300000",
    "3566002020360505",
    "6011111111111117",
    "6011000990139424",
    "6200000000000005",
    "6759649826438453",
    "6799990100000000019",
    "6304000000000000",
    "5018000000000009",
]
NUMBER = "4111111111111111"
SEPARATORS = [" ", "-", ".", "\u00a0", "\u202f", "–", "  ", " - "]


@pytest.mark.parametrize("number", CARDS)
def test_finds_the_card_numbers_of_all_issuers_and_shows_the_last_four_digits(number):
    assert find_secrets(f"Please charge {number}, thank you.") == [Finding("card", f"…{number[-4:]}")]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111 - 1111 - 1111 - 1111",
        "41111111 11111111",
        "4111 1111 1111 1111 12/27 123",
        "4111 1111 1111 1111 12 27",
        "12/27 4111 1111 1111 1111",
        "4111-1111-1111-1111-123",
        "Claim 2024-4111 1111 1111 1111",
        "card:4111111111111111.",
        "(4111111111111111)",
        "4111111111111111-12",
        "カード番号は4111111111111111です",
        "４１１１ １１１１ １１１１ １１１１",
        "٤١١١١١١١١١١١١١١١",
        "DE89 3704 0044 0532 0130 00, or 4111 1111 1111 1111",
        "BE68 5390 0754 7034\n4111 1111 1111 1111",
    ],
)
def test_finds_card_numbers_in_any_notation(text):
    assert find_secrets(text) == [Finding("card", "…1111")]


@st.composite
def grouped_cards(draw):
    """A valid sixteen-digit number of some issuer, in groups of any sizes with one separator."""
    prefix = draw(st.sampled_from(["4", "51", "55", "2221", "2720", "35", "6011", "62", "65"]))
    middle = draw(st.text("0123456789", min_size=15 - len(prefix), max_size=15 - len(prefix)))
    number = next(n for digit in range(10) if luhn(n := f"{prefix}{middle}{digit}") == 0)
    cuts = sorted(draw(st.sets(st.integers(1, 15))))
    pieces = [number[a:b] for a, b in zip([0, *cuts], [*cuts, 16], strict=True)]
    return number, draw(st.sampled_from(SEPARATORS)).join(pieces)


def luhn(number: str) -> int:
    """The Luhn checksum in its usual description: double every second digit from the right, subtract nine."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


@given(grouped_cards())
def test_finds_any_number_of_an_issuer_whatever_the_grouping(card):
    number, written = card
    assert Finding("card", f"…{number[-4:]}") in find_secrets(f"It is {written}.")


@given(grouped_cards(), st.integers(0, 15), st.integers(1, 9))
def test_does_not_find_one_with_a_wrong_digit(card, place, more):
    number, _ = card
    wrong = str((int(number[place]) + more) % 10)
    assert find_secrets(number[:place] + wrong + number[place + 1 :]) == []


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # Wrong checksum.
        "1111111111111117",  # Not issued.
        "0000000000000000",
        "4444444444444444",
        "41111111111111111111",  # Part of a longer run.
        "12345" + NUMBER,
        NUMBER + "99999",
        "4012 8888 8888 1881 4012 8888",
        "CLM4111111111111111",
        "CLM-4111111111111111",
        "4111111111111111A",
        "Claim CLM-2024-00123456, policy 7781-2204-11",
        "GB29 BARC 3011 1006 9268 19",
        "DE89 3704 0044 0532 0130 00",
        "DE89370400440532013000",
        "FR14 2004 1010 0505 0001 3M02 606",
        "AT61 1904 3002 3457 3201",
        "GB82 WEST 4111 1111 1111 1111 03",
        "+49 171 2345678 and +44 20 7946 0958",
        "+4111111111111111",
        "0049 171 2345678, 030 123 456",
        "from 30.01.2024 08.01.2024 to 2024-12-31",
        "41.50 22.00 33.10 44.19",
        "4111/1111/1111/1111",
        "4111 1111\n\n1111 1111",
        "bff348eb-dd5f-47d6-bf96-0e75b8ecf7ca",
    ],
)
def test_other_numbers_are_not_card_numbers(text):
    assert find_secrets(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Hello, my password is hunter2 and it fails.", "password", "password is •••"),
        ("Password: x", "password", "Password: •••"),
        ("My password is swordfish.", "password", "password is •••"),
        ("my password is swordfish", "password", "password is •••"),
        ('my password is "blue sky" today', "password", "password is •••"),
        ("my password was Sw0rd! before", "password", "password was •••"),
        ("password hunter2", "password", "password •••"),
        ("Password:\nhunter2", "password", "Password: •••"),
        ("the password for the portal is hunter2", "password", "password for the portal is •••"),
        ("Password for portal: hunter2", "password", "Password for portal: •••"),
        ("passphrase: correct-horse", "password", "passphrase: •••"),
        ("pw: geheim99", "password", "pw: •••"),
        ("My PIN 1234", "pin", "PIN •••"),
        ("PIN is: 1234", "pin", "PIN is: •••"),
        ("PIN:\r\n1234", "pin", "PIN: •••"),
        ("pin code 123456", "pin", "pin code •••"),
        ("the PIN for my card ending 1111 is 1234", "pin", "PIN for my card ending 1111 is •••"),
        ("PIN：1234", "pin", "PIN： •••"),
        ("PIN ١٢٣٤", "pin", "PIN •••"),
        ("cvv 123", "code", "cvv •••"),
        ("CVC2: 123", "code", "CVC2: •••"),
        ("security code: 123", "code", "security code: •••"),
        ("verification code is 123456", "code", "verification code is •••"),
        ("TAN 123456", "code", "TAN •••"),
        ("Mein Passwort lautet Sommer", "password", "Passwort lautet •••"),
        ("mein Kennwort ist Hund7.", "password", "Kennwort ist •••"),
        ("Passwort für das Portal: Hund7", "password", "Passwort für das Portal: •••"),
        ("Portalpasswort: sommer", "password", "passwort: •••"),
        ("Geheimzahl 4711", "pin", "Geheimzahl •••"),
        ("Die mTAN lautet 123456", "code", "mTAN lautet •••"),
        ("Prüfziffer: 123", "code", "Prüfziffer: •••"),
        ("mot de passe : soleil", "password", "mot de passe : •••"),
        ("Mon mot de passe est Soleil12", "password", "mot de passe est •••"),
        ("code secret : 1234", "pin", "code secret : •••"),
        ("cryptogramme visuel 123", "code", "cryptogramme visuel •••"),
        ("mi contraseña es gato22", "password", "contraseña es •••"),
        ("mi contrasena: gato", "password", "contrasena: •••"),
        ("código de seguridad: 123", "code", "código de seguridad: •••"),
        ("la mia password è gatto7", "password", "password è •••"),
        ("codice PIN: 12345", "pin", "codice PIN: •••"),
        ("codice di sicurezza 123", "code", "codice di sicurezza •••"),
        ("mijn wachtwoord is kat22", "password", "wachtwoord is •••"),
        ("pincode 1234", "pin", "pincode •••"),
        ("beveiligingscode: 123", "code", "beveiligingscode: •••"),
    ],
)
def test_finds_a_secret_by_the_words_before_it_and_masks_it(text, kind, shown):
    assert find_secrets(text) == [Finding(kind, shown)]


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password",
        "I forgot my password: help!",
        "The password reset does not work.",
        "Please send me a new PIN.",
        "please send me a new PIN, claim number 471122",
        "I never received my PIN. 1234 Main Street is where I live.",
        "Please send me a new PIN\n1234 Main Street",
        "I forgot my password\nPolicy4711",
        "My password is wrong.",
        "My password is not working, and my claim number is 471122.",
        "the password for my account is incorrect",
        "my password is expired",
        "my password was changed on 12.03.2024",
        "a password is 8 characters or more",
        "The password page is slow.",
        "I forgot the password for my claim number: 4711-22",
        "I lost the PIN for claim number: 471122",
        "I forgot my password CLM-2024-0012",
        "Password: please reset it",
        "Password: ********",
        "Password:\nKind regards\nAnna",
        "password: https://example.com/reset?id=1234",
        "My password manager is 1Password: it is good.",
        "What is my password?",
        "my PIN: 0800 123 456",
        "PIN 12.03.2024",
        "shopping 1234, spin 1234, Alpin 2024, Titan 2000, Mr Tan 1234, CSV 123",
        "Is the security code on the back?",
        "passwordless sign-in is fine",
        "Ich habe mein Passwort vergessen, Vorgang 2024-0012.",
        "Mein Passwort ist abgelaufen.",
        "Mein Kennwort ist ungültig.",
        "Bitte senden Sie mir eine neue PIN.",
        "mot de passe oublié",
        "Mon mot de passe est expiré.",
        "mi contraseña es incorrecta",
        "He olvidado mi contraseña: ayuda",
        "Ho dimenticato la password.",
        "la password è sbagliata",
        "la password è scaduta.",
        "mijn wachtwoord is verlopen",
        "Ik ben mijn wachtwoord kwijt, polis 12345678.",
    ],
)
def test_a_text_about_passwords_is_not_a_finding(text):
    assert find_secrets(text) == []


def test_finds_every_kind_in_one_text_and_each_secret_once():
    text = f"Card {NUMBER}, cvv 123, PIN 1234. Again: {NUMBER}. My password is hunter2"
    assert {finding.kind for finding in find_secrets(text)} == {"card", "password", "pin", "code"}
    assert len(find_secrets(text)) == 4


@pytest.mark.parametrize("secret", ["my password is hunter2", "PIN 4711", "cvv 987", f"card {NUMBER}"])
def test_findings_never_contain_the_secret(secret):
    (finding,) = find_secrets(f"{secret}, thank you")
    assert secret.split()[-1] not in finding.shown


def test_returns_at_most_ten_findings():
    text = "\n".join(f"password for box{number} is hunter{number}" for number in range(50))
    assert len(find_secrets(text)) == MAX_FINDINGS


HOSTILE = {
    "digits": "4" * 5000,
    "single digits": "4 " * 2500,
    "groups of four": "4111 " * 1000,
    "joints": "4-" * 2500,
    "spaces": "password is" + " " * 5000,
    "line breaks": "password:" + "\n" * 5000,
    "words": "password " * 600,
    "words without a space": "password-" * 600,
    "purposes": "password for my own " * 250,
    "links": "PIN is is is " * 400,
    "one long word": "password " + "x" * 5000,
    "quotes": "password is '\"" * 400,
    "almost IBANs": "DE89 3704 0044 " * 350,
}
QUICK = ("words", "quotes")  # The others are for `make proof`.


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, marks=[] if kind in QUICK else [pytest.mark.proof], id=kind)
        for kind, text in HOSTILE.items()
    ],
)
def test_takes_time_linear_in_the_length_of_the_text(text):
    once, tenfold = (min(seconds_for(text * times) for _ in range(3)) for times in (2, 20))
    # Quadratic time would take a hundred times as long.
    assert tenfold < once * 40 + 0.05


def seconds_for(text: str) -> float:
    started = time.process_time()
    find_secrets(text)
    return time.process_time() - started
