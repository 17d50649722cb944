"""What was typed into the search field: words that must all occur, in any order."""

import re
from dataclasses import dataclass, field

from inbox.search.folding import fold

MAX_LENGTH = 200  # Characters.

_QUOTES = '"“”„‟«»'
_PHRASE = re.compile(f"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?")
# Around a word they belong to the sentence from which it was copied. Within one, and alone, they are looked for.
_PUNCTUATION = ",.;:!?()[]{}¡¿،؛؟。、，；：！？"


@dataclass(frozen=True)
class Query:
    """`terms` are folded words and phrases; empty if there is nothing to look for."""

    terms: tuple[str, ...] = field(repr=False)

    def is_in(self, *texts: str) -> bool:
        """Whether each term occurs in one of these texts, which are in one line each."""
        folded = "\n".join(map(fold, texts))
        return all(term in folded for term in self.terms)


def parse(typed: str) -> Query:
    """Words are separated by space; a phrase stands in quotation marks. No other sign has a meaning."""
    phrases = [" ".join(found.split()) for found in _PHRASE.findall(typed)]
    words = [word.strip(_PUNCTUATION) or word for word in _PHRASE.sub(" ", typed).split()]
    folded = (" ".join(fold(term).split()) for term in (*phrases, *words))
    return Query(tuple(dict.fromkeys(term for term in folded if term)))
