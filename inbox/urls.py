from django.urls import path

from inbox import views
from inbox.views.after_sending import or_outgoing

# Any single segment is taken for a reference here: `inbox.access` verifies it.
urlpatterns = [
    path("", views.home, name="home"),
    path("unread.json", views.unread_json, name="unread"),
    path("search/", views.search, name="search"),
    path("outgoing/", views.outgoing, name="outgoing"),
    path("outgoing/seen/", views.close_notice, name="close_notice"),
    path("outgoing/<uuid:nonce>/", views.outgoing_message, name="outgoing_message"),
    path("outgoing/<uuid:nonce>/state.json", views.outgoing_state, name="outgoing_state"),
    path("outgoing/<uuid:nonce>/receipt/", views.receipt, name="receipt"),
    path("outgoing/<uuid:nonce>/<slug:choice>/", views.choose, name="choose"),
    path("inbox/<slug:slug>/", views.inbox, name="inbox"),
    path("inbox/<slug:slug>/compose/", views.compose, name="compose"),
    path("inbox/<slug:slug>/compose/draft/", views.save_draft, name="save_draft"),
    path("inbox/<slug:slug>/selected/", views.selected, name="selected"),
    path("inbox/<slug:slug>/save/", views.save_all, name="save_all"),
    path("inbox/<slug:slug>/save/conversation/", views.save_conversation, name="save_conversation"),
    path("inbox/<slug:slug>/save/state.json", views.save_state, name="save_state"),
    path("inbox/<slug:slug>/<str:reference>/", or_outgoing(views.message), name="message"),
    path("inbox/<slug:slug>/<str:reference>/body/", views.body, name="body"),
    path("inbox/<slug:slug>/<str:reference>/view/", views.set_view, name="set_view"),
    path("inbox/<slug:slug>/<str:reference>/details/", views.details, name="details"),
    path("inbox/<slug:slug>/<str:reference>/save/<slug:kind>/", views.save_message, name="save_message"),
    path("inbox/<slug:slug>/<str:reference>/delete/", views.delete, name="delete"),
    path("inbox/<slug:slug>/<str:reference>/purge/", views.purge, name="purge"),
    path("inbox/<slug:slug>/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
]
