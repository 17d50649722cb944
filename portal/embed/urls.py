from django.urls import path

from portal.embed.views import app, frame, hand_off, window

urlpatterns = [
    path("connect/", frame.connect, name="embed_connect"),
    path("state.json", frame.state, name="embed_state"),
    path("hand-off/", hand_off.exchange, name="embed_hand_off"),
    path("window/", window.issue, name="embed_window"),
    path("app/<str:site>/", app.enter, name="embed_app"),
    path("continue/<str:code>/", window.continue_here, name="embed_continue"),
]
