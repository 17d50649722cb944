"""Every part that pages are made of, in both colour schemes: for operators who set a theme, and for developers."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.brand import checks, theme
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
class Pair:
    """Two colours that are read together, and their contrast: empty where it is not known."""

    words: str
    ground: str
    contrast: str
    is_readable: bool


@dataclass(frozen=True)
class Sample:
    """One column of the page. The form's ids begin with the scheme, so that no two are the same."""

    scheme: theme.Scheme
    title: str | Promise
    form: ExampleForm
    pairs: tuple[Pair, ...]


@operators_page
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    titles = {"light": _("Light"), "dark": _("Dark")}
    samples = [Sample(scheme, titles[scheme], _form(scheme), _pairs(scheme)) for scheme in theme.SCHEMES]
    return render(request, "operations/components.html", {"samples": samples, "box_numbers": range(1, 9)})


def _form(scheme: theme.Scheme) -> ExampleForm:
    form = ExampleForm({"subject": ""}, prefix=scheme)
    for field in form.fields.values():
        field.widget.attrs["autofocus"] = False
    return form


def _pairs(scheme: theme.Scheme) -> tuple[Pair, ...]:
    return tuple(_pair(words, ground, scheme) for words, ground in checks.READ_TOGETHER)


def _pair(words: str, ground: str, scheme: theme.Scheme) -> Pair:
    try:
        contrast = theme.theme().contrast(words, ground, scheme)
    except theme.UnknownColour:
        return Pair(words, ground, "", is_readable=True)
    return Pair(words, ground, f"{contrast:.1f}", is_readable=contrast >= checks.READABLE)
