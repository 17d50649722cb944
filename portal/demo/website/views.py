from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.demo.website import customers
from portal.demo.website import playground as offered
from portal.demo.website.forms import SignInForm
from portal.demo.website.tokens import create_token


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "website/home.html")


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    return render(request, "website/claims.html")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "website/contact.html")


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    return render(request, "website/messages.html")


@require_safe
def playground(request: HttpRequest) -> HttpResponse:
    offers = {
        "elements": offered.ELEMENTS,
        "attributes": offered.ATTRIBUTES,
        "look": offered.LOOK,
        "calls": offered.CALLS,
        "events": offered.EVENTS,
    }
    return render(request, "website/playground.html", offers)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _safe_target(request, request.GET.get("next", ""))
    form = SignInForm(request.POST or None, label_suffix="")
    if form.is_valid() and form.customer:
        customers.sign_in(request, form.customer)
        return HttpResponseRedirect(target)
    return render(request, "website/sign_in.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    customers.sign_out(request)
    return redirect("home")


@require_POST
@csrf_exempt  # The view checks the Origin header, which browsers set and pages cannot change.
def token(request: HttpRequest) -> HttpResponse:
    """For the portal's script: a token for the customer who is signed in, or null."""
    origin = request.headers.get("Origin", "")
    if origin not in settings.CSRF_TRUSTED_ORIGINS or origin != f"{request.scheme}://{request.get_host()}":
        return JsonResponse({"error": "This address answers the website's own pages only."}, status=403)
    customer = customers.current_customer(request)
    return JsonResponse({"token": create_token(customer, origin) if customer else None})


def _safe_target(request: HttpRequest, target: str) -> str:
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else reverse("home")
