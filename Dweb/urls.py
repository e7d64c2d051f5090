"""A line a view."""

from django.contrib.auth import views as auth_views
from django.urls import path
from django.views.i18n import set_language

from .accounts.forms import PasswordForm
from .views import chat as views
from .views.languages import Catalog

urlpatterns = [
    path("", views.SignIn.as_view(), name="sign_in"),
    path("register/", views.register, name="register"),
    path("logout/", auth_views.LogoutView.as_view(), name="sign_out"),
    path(
        "password_change/",
        auth_views.PasswordChangeView.as_view(
            form_class=PasswordForm, template_name="password_change.html", success_url="/news_chat/"
        ),
        name="password_change",
    ),
    path("news_chat/", views.news_chat, name="news_chat"),
    path("msg_send/", views.msg_send, name="msg_send"),
    path("history/", views.history, name="history"),
    path("search/", views.search, name="search"),
    path("users/", views.users, name="users"),
    path("chat/", views.chat, name="chat"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("jsi18n/", Catalog.as_view(), name="javascript-catalog"),
]
