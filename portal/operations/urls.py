"""Pages about the installation, within the admin's URLs. Each view is decorated with `guard.operators_page`."""

from django.urls import URLPattern, path

from portal.operations.overview_page import overview_page

urlpatterns: list[URLPattern] = [
    path("", overview_page, name="operations_overview"),
]
