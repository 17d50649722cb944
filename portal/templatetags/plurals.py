"""Numbers in texts, and texts that scripts complete with a number, in every plural form of the page's language."""

import json
from typing import Final

from django import template
from django.template.base import Parser, Token

from portal import numbers

register = template.Library()
register.filter(numbers.grouped)

PLACEHOLDER: Final = "NUMBER"
# With these, every category of plurals that a language may have (zero, one, two, few, many, other) comes up:
# https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
# "One" is first: where zero is of the same category, 1 is the number to go by.
SAMPLES: Final = (1, 0, 2, 3, 5, 6, 7, 11, 20, 100, 1_000_000)


class PluralFormsNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> str:
        context[self.name] = json.dumps([(n, self._text(context, n)) for n in SAMPLES], ensure_ascii=False)
        return ""

    def _text(self, context: template.Context, n: int) -> str:
        with context.push(n=n, number=PLACEHOLDER):
            # A script takes it as text, not as HTML.
            was_escaping, context.autoescape = context.autoescape, False
            try:
                return " ".join(self.nodelist.render(context).split())
            finally:
                context.autoescape = was_escaping


@register.tag
def plural_forms(parser: Parser, token: Token) -> PluralFormsNode:
    """Set a variable to the text between the tags in every form, as JSON for a data attribute.

    `pluralText` in `static/js/common/wording.js` chooses the right one and completes it. By `n` the form is chosen, as
    `number` the number is shown:

        {% plural_forms as minutes_left %}
          {% blocktranslate count n=n %}{{ number }} minute{% plural %}{{ number }} minutes{% endblocktranslate %}
        {% endplural_forms %}
        <p data-minutes="{{ minutes_left }}"></p>
    """
    match token.split_contents():
        case [_, "as", name]:
            nodelist = parser.parse(("endplural_forms",))
            parser.delete_first_token()
            return PluralFormsNode(nodelist, name)
    raise template.TemplateSyntaxError("Say {% plural_forms as a_name %}.")
