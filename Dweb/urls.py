"""A line a view. At the addresses that speak JSON, errors are JSON, too."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from .views import (
    accounts,
    chat,
    files,
    first_run,
    handover,
    history,
    invitations,
    latest,
    operators,
    order,
    password_link,
    people,
    profile,
    rooms,
    search,
    sessions,
    waiting,
)
from .views.errors import speaks_json
from .views.languages import Catalog

urlpatterns = [
    path("", accounts.SignIn.as_view(), name="sign_in"),
    path("setup/<str:code>/", first_run.setup, name="setup"),
    path("register/", accounts.register, name="register"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("waiting/state/", speaks_json(waiting.state), name="waiting_state"),
    path("logout/", LogoutView.as_view(), name="sign_out"),
    path("password_change/", accounts.PasswordChange.as_view(), name="password_change"),
    path("news_chat/", chat.news_chat, name="news_chat"),
    path("chat/", speaks_json(chat.chat), name="chat"),
    path("msg_send/", speaks_json(chat.msg_send), name="msg_send"),
    path("history/", speaks_json(history.history), name="history"),
    path("latest/", speaks_json(latest.latest), name="latest"),
    path("search/", speaks_json(search.search), name="search"),
    path("users/", speaks_json(people.users), name="users"),
    path("members/", speaks_json(people.members), name="members"),
    path("people/<int:user_id>/", speaks_json(people.person), name="person"),
    path("rooms/", speaks_json(rooms.rooms), name="rooms"),
    path("rooms/<str:name>/", speaks_json(rooms.room), name="room"),
    path("rooms/<str:name>/members/", speaks_json(rooms.room_members), name="room_members"),
    path("invites/", speaks_json(invitations.invites), name="invites"),
    path("join/<str:code>/", invitations.join, name="join"),
    path("reports/", speaks_json(order.reports), name="reports"),
    path("reports/<int:number>/", speaks_json(order.report), name="report"),
    path("blocks/", speaks_json(order.blocked), name="blocks"),
    path("files/", speaks_json(files.files), name="files"),
    path("files/<str:file_id>/", speaks_json(files.upload), name="upload"),
    path("files/<str:file_id>/preview", speaks_json(files.preview), name="preview"),
    path("files/<str:file_id>/<str:name>", speaks_json(files.read), name="file"),
    path("profile/", speaks_json(profile.profile), name="profile"),
    path("sessions/", speaks_json(sessions.sessions), name="sessions"),
    path("handover/", speaks_json(handover.handover), name="handover"),
    path("handover/<str:code>/", handover.device, name="handover_device"),
    path("password/<uidb64>/<token>/", password_link.PasswordLink.as_view(), name="password_link"),
    path("manage/", include("Dweb.views.manage.urls")),
    path("healthz", speaks_json(operators.healthz), name="healthz"),
    path("metrics", operators.metrics, name="metrics"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("jsi18n/", Catalog.as_view(), name="javascript-catalog"),
]
