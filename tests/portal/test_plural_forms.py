"""`{% plural_forms as name %}` gives scripts a text for each plural form of the page's language."""

import gettext
import json
from html import unescape

import pytest
from django.template import Context, Template
from django.utils.translation import trans_real

from portal.templatetags.plurals import SAMPLES

TEMPLATE = Template(
    "{% load i18n plurals %}{% plural_forms as left %}{% blocktranslate count n=n %}{{ name }}: {{ number }} minute"
    "{% plural %}{{ name }}: {{ number }} minutes{% endblocktranslate %}{% endplural_forms %}"
    '<p data-text="{{ left }}">'
)


class ThreeForms(gettext.NullTranslations):
    """A made-up language with one word for 1, another for 2 to 4, and a third for all other numbers."""

    def ngettext(self, singular, plural, n):
        word = "uno" if n == 1 else "duo" if n in (2, 3, 4) else "multo"
        return f"%(number)s {word}: %(name)s"

    def to_language(self):
        return "en"


def forms_on_the_page(**context):
    page = TEMPLATE.render(Context(context))
    return dict(json.loads(unescape(page.removeprefix('<p data-text="').removesuffix('">'))))


def test_every_sample_has_its_text_with_a_placeholder_for_the_number():
    forms = forms_on_the_page(name="Ann")
    assert list(forms) == list(SAMPLES)
    assert (forms[1], forms[0], forms[7]) == (
        "Ann: NUMBER minute",
        "Ann: NUMBER minutes",
        "Ann: NUMBER minutes",
    )


def test_a_language_of_three_forms(monkeypatch):
    monkeypatch.setattr(trans_real._active, "value", ThreeForms(), raising=False)
    forms = forms_on_the_page(name="Ann")
    assert [forms[n] for n in (1, 2, 3, 0, 5, 11)] == [
        "NUMBER uno: Ann",
        "NUMBER duo: Ann",
        "NUMBER duo: Ann",
        "NUMBER multo: Ann",
        "NUMBER multo: Ann",
        "NUMBER multo: Ann",
    ]


@pytest.mark.parametrize("name", ['O"Neill', "<b>O'Neill</b>"])
def test_a_script_gets_text_and_the_attribute_stays_closed(name):
    assert forms_on_the_page(name=name)[1] == f"{name}: NUMBER minute"
