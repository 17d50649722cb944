from django.urls import path

from portal.demo.website import views

urlpatterns = [
    path("", views.home, name="home"),
    path("claims/", views.claims, name="claims"),
    path("contact/", views.contact, name="contact"),
    path("messages/", views.messages, name="messages"),
    path("playground/", views.playground, name="playground"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("secure-inbox/token/", views.token, name="token"),
]
