from django.urls import path

from portal.embed.views import frame, script

urlpatterns = [
    path("v1.js", script.script, name="embed_script"),
    path("v1.d.ts", script.types, name="embed_types"),
    path("connect/", frame.connect, name="embed_connect"),
    path("state.json", frame.state, name="embed_state"),
]
