"""Finds card numbers, passwords, PINs and one-time codes in a message, which should not be sent in one.

Nothing is stored or logged. Some false negatives are accepted to keep false positives rare: the consumer is asked about
each finding, and a warning that appears too often is no longer read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Kind = Literal["card", "password", "pin", "code"]

MAX_FINDINGS = 10  # A longer list would not help its reader.
MASK = "•••"


@dataclass(frozen=True)
class Finding:
    """Something that looks like a secret. The kind `code` is a card's security code or a one-time code.

    `shown` lets the writer recognise it: the last four digits of a card, or the words before a secret. The secret
    itself is masked, and so is its length.
    """

    kind: Kind
    shown: str


def find_secrets(text: str) -> list[Finding]:
    """At most MAX_FINDINGS different findings. Takes time linear in the length of the text."""
    found = (finding for find in (_cards, _numbers, _passwords) for finding in find(text))
    return list(islice(_each_once(found), MAX_FINDINGS))


def _each_once(found: Iterator[Finding]) -> Iterator[Finding]:
    seen: set[Finding] = set()
    for finding in found:
        if finding not in seen:
            seen.add(finding)
            yield finding


# --- Card numbers -----------------------------------------------------------------------------------------

# \d matches the digits of every script. A number joined to letters, as in CLM-2024, is an identifier; after a "+", a
# phone number.
_DIGITS = re.compile(r"(?<![A-Za-z\d+])(?<![A-Za-z][-/])\d++(?![A-Za-z])")
_IBAN = re.compile(
    r"(?<![A-Za-z\d])[A-Za-z]{2}\d\d(?:[ \xa0]?[A-Za-z\d]{4}){2,7}(?:[ \xa0]?[A-Za-z\d]{1,3})?(?![A-Za-z\d])"
)
# What may separate two groups of a card number. A dot with a space would end a sentence.
_JOINT = re.compile(r"[^\S\r\n]{1,3}|[^\S\r\n]?[-‐‑–][^\S\r\n]?|[.·]")
_LENGTHS = range(13, 20)

# The groups of digits on cards. Next to other numbers, a card number is recognised by its groups only.
_SHAPES = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3))

_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3[0689]\d{12}"  # Diners Club
    r"|[356]\d{15,18}"  # JCB, Mastercard, Maestro, Discover, UnionPay, RuPay
)


def _cards(text: str) -> Iterator[Finding]:
    for stretch in _stretches(_IBAN.sub("\n", text)):
        for groups in _candidates(stretch):
            digits = "".join(str(int(digit)) for group in groups for digit in group)
            if _ISSUED.fullmatch(digits) and _passes_luhn(digits):
                yield Finding("card", f"…{digits[-4:]}")


def _stretches(text: str) -> Iterator[list[str]]:
    """Consecutive groups of digits with the same separator between them.

    If the separator changes, the group before it belongs to both stretches.
    """
    stretch: list[str] = []
    joint, end = None, 0
    for match in _DIGITS.finditer(text):
        between = text[end : match.start()]
        here = re.sub(r"\s+", " ", between) if stretch and _JOINT.fullmatch(between) else None
        if here is None or joint not in (None, here):
            yield stretch
            stretch = stretch[-1:] if here else []
        stretch.append(match[0])
        joint, end = here, match.end()
    yield stretch


def _candidates(stretch: list[str]) -> Iterator[list[str]]:
    """The parts of a stretch that may be a card number: the whole, one long group, or groups as on a card."""
    sizes = [len(group) for group in stretch]
    if len(stretch) > 1 and sum(sizes) in _LENGTHS:
        yield stretch
    for start in range(len(stretch)):
        if sizes[start] in _LENGTHS:
            yield stretch[start : start + 1]
        for shape in _SHAPES:
            end = start + len(shape)
            # Next to another group of four digits, they are part of some longer list.
            beside = (*sizes[max(start - 1, 0) : start], *sizes[end : end + 1])
            if tuple(sizes[start:end]) == shape and 4 not in beside:
                yield stretch[start:end]


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + doubled) % 10 == 0


# --- Passwords, PINs and codes ----------------------------------------------------------------------------

# Every repetition has an upper bound, so that no text causes excessive backtracking.
_SPACE = r"[^\S\r\n]"

_PASSWORDS = r"""
    pass(?:word|wort|phrase|code|wd) | (?<!\w)(?:pwd|pw|mdp) | kennwort | wachtwoord
    | mots?[ ]de[ ]passe | contrase(?:ñ|n\u0303?)a | clave[ ](?:secreta|de[ ]acceso) | parola[ ]d[’']ordine
"""
_PINS = r"""
    pin(?:[ -]?(?:code|number|nummer|no\.?|nr\.?))? | code[ ]pin | c[oó]digo[ ]pin | codice[ ]pin
    | geheim(?:zahl|nummer|code) | code[ ](?:secret|confidentiel) | c[oó]digo[ ]secreto | codice[ ]segreto
    | n[uú]mero[ ]secreto | numero[ ]segreto | geheime[ ]code
"""
_CODES = r"""
    cv[vc][ ]?2? | cvn | card[ ]verification[ ](?:code|value|number) | security[ ]code
    | (?:karten)?pr[üu]e?f(?:nummer|ziffer) | (?:karten)?sicherheitscode
    | cryptogramme(?:[ ]visuel)? | code[ ]de[ ]s[ée]curit[ée] | c[oó]digo[ ]de[ ]seguridad
    | codice[ ]di[ ]sicurezza | (?:beveiligings|veiligheids)code
    | (?:one[ -]time|verification)[ ](?:code|password|passcode|pin) | otp | code[ ][àa][ ]usage[ ]unique
    | (?:einmal|bestätigungs|verificatie)code | (?:[im]|push|sms|chip|photo)?-?tan(?=\D{1,12}\d{6}(?!\d))
"""
# "for my card", "für das Portal": may precede the link ("is", or a colon).
_PURPOSE = rf"""
    {_SPACE}(?:for|of|für|zu[mr]?|vo[nm]|pour|d[eu]|para|del|per|voor|van)
    (?:{_SPACE}[\w'’./-]{{1,20}}){{1,5}}?
"""
_COLON = rf"{_SPACE}{{0,3}}[:：=]"
_IS = rf"""
    {_SPACE}{{1,3}}(?:is|was|ist|war|lautet|heißt|heisst|luidt|est|était|c[’']est|es|era|è|e[’'])
    (?:{_COLON}|(?=\s))
"""


def _phrase(words: str, secret: str) -> re.Pattern[str]:
    """A pattern for the words, their link to the secret ("is", a colon), and the secret itself, as a lookahead.

    With a purpose, a colon counts as the link only if the words begin the line: "I forgot the password for my claim
    number: 4711" contains no password.
    """
    return re.compile(
        rf"""
        (?P<first>^\W{{0,3}})?
        (?P<said>
            (?<!\d)(?:{words})(?!\w)
            (?:(?P<purpose>{_PURPOSE})(?=(?(first){_COLON}|(?!))|{_IS}))?
            (?P<link>{_COLON}|{_IS})?
        )
        (?P<gap>(?(link)\s|{_SPACE}){{0,4}}) (?=(?P<quote>["'“”„«»‚‘`]?)(?P<secret>{secret}))
        """,
        re.IGNORECASE | re.VERBOSE | re.MULTILINE,
    )


def _shown(phrase: re.Match[str]) -> str:
    said = " ".join(phrase["said"].split())
    return f"{said} {MASK}"


# If digits follow after a space or a hyphen, it is a phone number or a date.
_NUMBER_END = rf"(?![\w]|{_SPACE}?[-./]?\d)"
_NUMBERS: dict[Kind, re.Pattern[str]] = {
    "pin": _phrase(rf"(?<!\w)(?:{_PINS})", rf"\d{{4,8}}{_NUMBER_END}"),
    "code": _phrase(rf"(?<!\w)(?:{_CODES})", rf"\d{{3,8}}{_NUMBER_END}"),
}


def _numbers(text: str) -> Iterator[Finding]:
    for kind, pattern in _NUMBERS.items():
        for phrase in pattern.finditer(text):
            yield Finding(kind, _shown(phrase))


_PASSWORD = _phrase(_PASSWORDS, r"\S{1,64}")
_AFTER_WORDS = ".,;:!?)]\"'“”»’"
_CLAUSE_END = re.compile(r"[^\S\r\n]{0,3}(?:[\r\n.,;:!?)\]\"'“”»’]|\Z)")

_HARD_TO_GUESS = re.compile(r"(?=.{4}).*?(?:\d|[!@#$%^&*+=_~|\\<>]|[a-z][A-Z])", re.DOTALL)
_ONLY_A_PASSWORD = re.compile(r"(?=.*[a-z])(?=.*\d)[^-/]{4,}", re.DOTALL)

# Words that people write about a password rather than as one: participles by their endings, others by name.
_NO_PASSWORD = re.compile(
    r"""
    \W* | https?:.* | www\..* | [^@]+@[^@]+\.[a-z]{2,}

    | \w{3,}(?:ed|ing|[ae]ble|less) | (?:in|un|not)?(?:correct|valid|safe|secure|sure|known) | (?:case-)?sensitive
    | (?:up|out)-(?:to|of)-date | wrong | lost | forgotten | gone | stolen | broken | stuck | set | reset | new | old
    | right | fine | ok(?:ay)? | bad | good | weak | strong | short | long | easy | hard | simple | secret | missing
    | none | this | that | it | same | here | there | below | above | confidential | private | temporary | too | also
    | n/a | help | please | thanks? | question | problem

    | (?:ge|ver|zer|ent)\w+(?:en|t) | \w{3,}(?:iert|laufen|ändert|gesetzt) | (?:un)?(?:gültig|richtig|bekannt|sicher)
    | (?:un)?klar | falsch | weg | neu | alt | korrekt | nötig | erforderlich | geheim | schwach | stark | hier | da
    | defekt | bitte | danke | hilfe | frage

    | (?:in)?(?:correcte?|connue?|valide|exacte?) | \w{3,}(?:ée?|ue?) | mauvais | bon | faux | requis | nécessaire
    | ici | aide | merci

    | \w{2,}(?:[aiu]d|[aiu]t|ert|orrett|pers|nuev|nuov)[oa] | (?:in|no)?(?:válid|segur|corr?ect|valid)[oa]
    | err[óo]ne[oa] | mal[oa]? | necess?ari[oa] | aqu[íi] | qui | ayuda | aiuto | gracias | grazie

    | fout | verkeerd | (?:on)?(?:juist|geldig|bekend|veilig) | verlopen | kwijt | nodig | goed | nieuw | oud | zwak
    | hulp | bedankt
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _passwords(text: str) -> Iterator[Finding]:
    for phrase in _PASSWORD.finditer(text):
        if _gives_a_password(phrase, text):
            yield Finding("password", _shown(phrase))


def _gives_a_password(phrase: re.Match[str], text: str) -> bool:
    """Whether the words are followed by a password, and not by a statement about it."""
    secret = phrase["secret"].rstrip(_AFTER_WORDS)
    if _NO_PASSWORD.fullmatch(secret):
        return False
    if not phrase["link"]:
        return bool(_ONLY_A_PASSWORD.fullmatch(secret))
    if phrase["purpose"] or "\n" in phrase["gap"]:
        return bool(_HARD_TO_GUESS.match(secret))
    last = _CLAUSE_END.match(text, phrase.start("secret") + len(secret))
    return bool(phrase["quote"] or last or _HARD_TO_GUESS.match(secret))
