"""What a password must not be, beside too short or like its owner's name. What it must hold is nobody's business."""

import re

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_WORD = re.compile(r"[^\W\d_]{4,}")
_NOT_A_LETTER = re.compile(r"[\W\d_]+")
_REPEATED = re.compile(r"(.{1,8}?)\1+.{0,2}", re.DOTALL)
_OURS = ("securebox", "genesys")


class CommonPasswordsValidator(CommonPasswordValidator):
    """Refuses the passwords that are guessed first, also behind or before digits and signs, and again and again."""

    def validate(self, password: str, user: object = None) -> None:
        typed = password.strip().casefold()
        repeated = _REPEATED.fullmatch(typed)
        cores = {typed, _NOT_A_LETTER.sub("", typed), repeated[1] if repeated else typed}
        if repeated or any(core in self.passwords for core in cores):
            raise ValidationError(_("This is one of the first that others would try."), code="common")

    def get_help_text(self) -> str:
        return str(_("Several words that do not belong together are easy to keep in mind and hard to guess."))


class CompanyWordsValidator:
    """Refuses a password that is one of the company's own words and little else. A passphrase may mention one."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        typed = password.casefold()
        for word in company_words():
            if word in typed and len(typed.replace(word, "")) < self.min_length:
                message = _("Leave out “%(word)s”, or add more words: it is what others would try first.")
                raise ValidationError(message, code="company_word", params={"word": word})

    def get_help_text(self) -> str:
        return str(_("It must not be built on the company's name."))


def company_words() -> set[str]:
    named = " ".join([settings.PORTAL_NAME, *settings.PORTAL_COMPANY_WORDS])
    return {word.casefold() for word in _WORD.findall(named)} | set(_OURS)
