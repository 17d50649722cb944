from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.operations.guard import operators_page
from portal.operations.overview import overview
from portal.operations.problems import problems


@operators_page
@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """Is everything well, now and over the last day?"""
    report = overview()
    return render(
        request,
        "admin/operations/overview.html",
        {
            **admin.site.each_context(request),
            "title": _("How the portal is doing"),
            "overview": report,
            "problems": problems(report),
        },
    )
