"""Passwords that are easy to guess. There are no rules on which kinds of characters a password has to contain."""

import re

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_WORD = re.compile(r"[^\W\d_]{4,}")
_NOT_A_LETTER = re.compile(r"[\W\d_]+")
_REPEATED = re.compile(r"(.{1,8}?)\1+.{0,2}", re.DOTALL)
_MIN_NAME = 3  # Letters: shorter names occur in any word.
_PRODUCT_WORDS = ("securebox", "genesys")


class CommonPasswordsValidator(CommonPasswordValidator):
    """Refuses common passwords: also with digits or signs around them, and repetitions of a few characters."""

    def validate(self, password: str, user: object = None) -> None:
        typed = password.strip().casefold()
        repeated = _REPEATED.fullmatch(typed)
        cores = {typed, _NOT_A_LETTER.sub("", typed), repeated[1] if repeated else typed}
        if repeated or any(core in self.passwords for core in cores):
            raise ValidationError(_("This password is too easy to guess."), code="common")

    def get_help_text(self) -> str:
        return str(_("Several unrelated words are easy to remember and hard to guess."))


class OwnNamesValidator:
    """Refuses a password that consists mainly of its owner's names and address."""

    def __init__(self, min_letters: int) -> None:
        """`min_letters`: how many other letters there have to be."""
        self.min_letters = min_letters

    def validate(self, password: str, user: object = None) -> None:
        letters = rest = _letters(password)
        for word in sorted(_own_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != letters and len(rest) < self.min_letters:
            message = _(
                "Leave out your name and email address, or add more words. They’re the first things others would try."
            )
            raise ValidationError(message, code="own_name")

    def get_help_text(self) -> str:
        return str(_("It can’t be based on your name or email address."))


class CompanyWordsValidator:
    """Refuses a password that is little more than one of the company's own words. A passphrase may contain one."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        typed = password.casefold()
        for word in company_words():
            if word in typed and len(typed.replace(word, "")) < self.min_length:
                message = _(
                    "Leave out “%(word)s”, or add more words. It’s one of the first things others would try."
                )
                raise ValidationError(message, code="company_word", params={"word": word})

    def get_help_text(self) -> str:
        return str(_("It can’t be based on our name."))


def _letters(typed: str) -> str:
    return _NOT_A_LETTER.sub("", typed.casefold())


def _own_words(user: object) -> set[str]:
    """The user's names and the part of the address before the "@", whole and split at anything but letters."""
    local = str(getattr(user, "email", "")).partition("@")[0]
    texts = [local, str(getattr(user, "first_name", "")), str(getattr(user, "last_name", ""))]
    words = {_letters(word) for text in texts for word in (text, *_NOT_A_LETTER.split(text))}
    return {word for word in words if len(word) >= _MIN_NAME}


def company_words() -> set[str]:
    text = " ".join([settings.PORTAL_NAME, *settings.PORTAL_COMPANY_WORDS])
    return {word.casefold() for word in _WORD.findall(text)} | set(_PRODUCT_WORDS)
