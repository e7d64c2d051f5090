"""The admin's pages for users and rooms. They show no messages, which are for the members of a room.

Staff who may change users give nobody rights, and do not change superusers: only superusers do.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.db.models import Count, Manager, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .accounts.forms import NewNames
from .accounts.hashers import turns
from .models import Room, User, fault_of
from .operations.security import record

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class AlikeFilter(admin.SimpleListFilter):
    """Lists names that look like another one's, and names that nobody could take today."""

    title = _("name")
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, object]]:
        return [("alike", _("looks like another one")), ("refused", _("would be refused today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "alike":
            looks, spellings = (_shared(queryset.model.objects, key) for key in ("skeleton", "name_key"))
            return queryset.filter(Q(skeleton__in=looks) | Q(name_key__in=spellings))
        if self.value() == "refused":
            names = queryset.values_list("pk", "username" if queryset.model is User else "name")
            return queryset.filter(pk__in=[pk for pk, name in names if fault_of(name)])
        return queryset


def _shared(rows: Manager, key: str) -> QuerySet:
    """The keys that several rows have."""
    return rows.values(key).annotate(count=Count("pk")).filter(count__gt=1).values(key)


class AccountCreationForm(NewNames, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("account", "username")
        field_classes: dict[str, type[forms.Field]] = {}


class AccountChangeForm(NewNames, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = AccountChangeForm
    add_form = AccountCreationForm
    list_display = ("account", "username", "is_active", "is_staff", "date_joined")
    list_filter = (AlikeFilter, *DjangoUserAdmin.list_filter)
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
        return False  # people are emptied, so the log stays whole

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


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    """Lets superusers alone set a superuser's password: with it, one is that superuser."""
    return request.user.is_superuser or user is None or not user.is_superuser


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    list_display = ("name", "seq")
    list_filter = (AlikeFilter,)
    search_fields = ("name",)
    readonly_fields = ("name", "seq")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False  # what is done to a room is told in its log

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
