"""Pages about the installation, within the admin's URLs. Each view is decorated with `guard.operators_page`."""

from django.urls import path

from portal.operations.doctor_page import doctor
from portal.operations.overview_page import overview_page

urlpatterns = [
    path("", overview_page, name="operations_overview"),
    path("doctor/", doctor, name="operations_doctor"),
]
