"""Pages about the installation, within the admin's URLs. Each view is decorated with `guard.operators_page`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
