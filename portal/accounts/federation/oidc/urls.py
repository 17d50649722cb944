from django.urls import path

from portal.accounts.federation.oidc import views

urlpatterns = [
    path("", views.login, name="company_sign_in"),
    path("callback/", views.callback, name="company_sign_in_callback"),
    path("cancelled/", views.cancelled, name="company_sign_in_cancelled"),
]
