"""The API, the agents' desk and the control endpoints: all that this server answers."""

from django.urls import include, path

from portal.sandbox import api, control

api_patterns = [
    path("securemail", api.operations(GET=api.list_mails, POST=api.send), name="mails"),
    path("securemail/count", api.operations(GET=api.count), name="count"),
    path("securemail/<str:mail_id>", api.operations(GET=api.get, DELETE=api.remove), name="mail"),
    path("securemail/<str:mail_id>/userdata", api.operations(GET=api.userdata), name="userdata"),
    path("openapi.json", api.openapi, name="openapi"),
]

control_patterns = [
    path("messages", control.endpoint(GET=control.show_messages, POST=control.add_messages)),
    path("answer", control.endpoint(POST=control.answer)),
    path("calls", control.endpoint(GET=control.show_calls, DELETE=control.clear_calls)),
    path("reset", control.endpoint(POST=control.reset)),
]

urlpatterns = [
    path("nexus/v3/", include(api_patterns)),
    path("control/", include(control_patterns)),
]

handler400 = "portal.sandbox.errors.bad_request"
handler403 = "portal.sandbox.errors.forbidden"
handler404 = "portal.sandbox.errors.not_found"
handler500 = "portal.sandbox.errors.server_error"
