"""The admin's pages for users and rooms. They show no messages, which are for the members of a room."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from .models import Room, User


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


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    list_display = ("name", "seq")
    search_fields = ("name",)
    readonly_fields = ("name", "seq")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
