"""Every part that pages are made of, in both colour schemes: for operators who set a theme, and for developers.

`?website=7` shows them with the look of that website.
"""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.brand import contrast, theme
from portal.brand.contrast import Pair
from portal.embed.models import Website
from portal.operations.guard import operators_page


class ExampleForm(forms.Form):
    """Nobody sends it: it shows a field of each kind, one of them with an error."""

    subject = forms.CharField(label=_("Subject"), help_text=_("What your message is about"))
    department = forms.ChoiceField(
        label=_("Department"), choices=[("", _("Choose one")), ("claims", "Claims")]
    )
    text = forms.CharField(label=_("Message"), widget=forms.Textarea, required=False)
    copy = forms.BooleanField(label=_("Keep a copy"), required=False)


@dataclass(frozen=True)
class Sample:
    """One column of the page. The form's ids begin with the scheme, so that no two are the same."""

    scheme: theme.Scheme
    title: str | Promise
    form: ExampleForm
    pairs: list[Pair]


@operators_page
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    titles = {"light": _("Light"), "dark": _("Dark")}
    website = _website(request.GET.get("website", ""))
    pairs = contrast.compare(theme.theme(website.sheet() if website else ""))
    samples = [
        Sample(scheme, titles[scheme], _form(scheme), [pair for pair in pairs if pair.scheme == scheme])
        for scheme in theme.SCHEMES
    ]
    context = {"samples": samples, "box_numbers": range(1, 9), "website": website}
    return render(request, "operations/components.html", context)


def _website(number: str) -> Website | None:
    """Raises Http404 for one that does not exist."""
    if not number:
        return None
    return get_object_or_404(Website, pk=int(number) if number.isascii() and number.isdigit() else 0)


def _form(scheme: theme.Scheme) -> ExampleForm:
    form = ExampleForm({"subject": ""}, prefix=scheme)
    for field in form.fields.values():
        field.widget.attrs["autofocus"] = False
    return form
