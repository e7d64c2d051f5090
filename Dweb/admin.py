"""The admin's pages for users and rooms. They show no messages, which are for the members of a room.

Staff who may change users give nobody rights, and do not change superusers: only superusers do.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .accounts.hashers import turns
from .models import Room, User
from .operations.security import record

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class AccountCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("account", "username")
        field_classes: dict[str, type[forms.Field]] = {}


class AccountChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = AccountChangeForm
    add_form = AccountCreationForm
    list_display = ("account", "username", "is_active", "is_staff", "date_joined")
    search_fields = ("account", "username")
    ordering = ("account",)
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("account", "username", "password")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("account", "username", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Waits for its turn to hash a password before it begins a transaction."""
        with turns.turn():
            return super().add_view(request, *args, **kwargs)

    # Django calls these for the admin's own log, which people with access to the database can change.

    def log_addition(self, request: HttpRequest, obj: User, message: Any) -> object:
        record("account_added", request, target=obj.pk, account=obj.account)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> object:
        changes = ",".join(name for change in message for name in change.get("changed", {}).get("fields", ()))
        record("account_changed", request, target=obj.pk, account=obj.account, fields=changes.lower().replace(" ", "_"))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[User]) -> object:
        for user in queryset:
            record("account_deleted", request, target=user.pk, account=user.account)
        return super().log_deletions(request, queryset)


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    """Whoever sets a superuser's password is a superuser with it."""
    return request.user.is_superuser or user is None or not user.is_superuser


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    list_display = ("name", "seq")
    search_fields = ("name",)
    readonly_fields = ("name", "seq")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
