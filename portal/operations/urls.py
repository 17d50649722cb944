"""Pages about the installation, within the admin's URLs. Each view is decorated with a guard of `guard`."""

from django.urls import path

from portal.operations.components_page import components
from portal.operations.doctor_page import doctor
from portal.operations.overview_page import overview_page
from portal.operations.support import view as support

urlpatterns = [
    path("", overview_page, name="operations_overview"),
    path("components/", components, name="operations_components"),
    path("doctor/", doctor, name="operations_doctor"),
    path("customers/<int:pk>/", support.customer, name="operations_customer"),
]
