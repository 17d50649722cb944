from django.urls import path

from portal.embed.views import frame

urlpatterns = [
    path("connect/", frame.connect, name="embed_connect"),
    path("state.json", frame.state, name="embed_state"),
]
