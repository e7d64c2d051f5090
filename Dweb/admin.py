"""The admin's pages for users and rooms. They show no messages, which are for the members of a room."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.db.models import Count, Manager, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .accounts.forms import NewNames
from .models import Room, User, fault_of


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


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    list_display = ("name", "seq")
    list_filter = (AlikeFilter,)
    search_fields = ("name",)
    readonly_fields = ("name", "seq")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
