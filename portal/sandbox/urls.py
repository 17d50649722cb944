"""The URLs of the API, the agents' desk and the control endpoints."""

from django.urls import include, path

from portal.sandbox import api, control, control_dialects, control_faults, desk

api_patterns = [
    path("securemail", api.endpoint(GET=api.list_messages, POST=api.send), name="mails"),
    path("securemail/count", api.endpoint(GET=api.count), name="count"),
    path("securemail/<str:mail_id>", api.endpoint(GET=api.get, DELETE=api.remove), name="mail"),
    path("securemail/<str:mail_id>/userdata", api.endpoint(GET=api.userdata), name="userdata"),
    path("openapi.json", api.openapi, name="openapi"),
]

control_patterns = [
    path("messages", control.endpoint(GET=control.show_messages, POST=control.add_messages)),
    path("answer", control.endpoint(POST=control.answer)),
    path("calls", control.endpoint(GET=control.show_calls, DELETE=control.clear_calls)),
    path(
        "faults",
        control.endpoint(GET=control_faults.show, POST=control_faults.add, DELETE=control_faults.clear),
    ),
    path("faults/<str:fault_id>", control.endpoint(DELETE=control_faults.clear_one)),
    path(
        "dialects",
        control.endpoint(
            GET=control_dialects.show, POST=control_dialects.switch_on, DELETE=control_dialects.clear
        ),
    ),
    path("reset", control.endpoint(POST=control.reset)),
]

desk_patterns = [
    path("", desk.queue, name="desk"),
    path("write/", desk.write, name="desk-write"),
    path("messages/<uuid:uuid>/", desk.message, name="desk-message"),
    path("messages/<uuid:uuid>/take/", desk.take, name="desk-take"),
]

urlpatterns = [
    path("nexus/v3/", include(api_patterns)),
    path("control/", include(control_patterns)),
    path("desk/", include(desk_patterns)),
    path("", desk.home),
]

handler400 = "portal.sandbox.errors.bad_request"
handler403 = "portal.sandbox.errors.forbidden"
handler404 = "portal.sandbox.errors.not_found"
handler500 = "portal.sandbox.errors.server_error"
