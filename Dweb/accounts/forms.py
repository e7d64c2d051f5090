"""The forms of the account pages: signing in, registering, changing the password; and that of the place's settings.

Errors stand at their fields.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, authenticate, password_validation, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import GONE, NAME_CHARS, SETTINGS, Place, User, fault_of, normalize_account, skeleton
from ..operations.security import record
from ..refusal import Refusal
from .throttle import guarded

# A browser must not correct an account's name, nor begin it with a capital.
ACCOUNT = {"autocomplete": "username", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}

PASSWORD_RULES = lazy(render_to_string, SafeString)("password_rules.html")


class Focused:
    """Puts the focus on the first field, or on the first bad one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._focus(next(iter(self.fields)))

    def full_clean(self) -> None:
        super().full_clean()
        bad = [name for name in self.fields if name in self.errors]
        if bad:
            self._focus(bad[0])

    def _focus(self, wanted: str) -> None:
        for name, field in self.fields.items():
            field.widget.attrs["autofocus"] = name == wanted


class Refusable(Focused):
    """Shows a refusal at its password; the view answers with the refusal's status."""

    refusal: Refusal | None = None

    def refuse(self, refusal: Refusal, field: str = "password") -> None:
        self.refusal = refusal
        self.add_error(field, refusal.detail)


class SignInForm(Refusable, forms.Form):
    userNameOrEmailAddress = forms.CharField(  # noqa: N815 - the wire's name
        label=gettext_lazy("Account"), max_length=254, widget=forms.TextInput(ACCOUNT)
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.user: User | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        account, password = (self.cleaned_data.get(name) for name in ("userNameOrEmailAddress", "password"))
        if account and password:
            try:
                self.user = authenticate(self.request, username=account, password=password)
            except Refusal as refusal:
                self.refuse(refusal)
            else:
                if self.user is None:
                    self.add_error("password", _("Account and password do not match."))
        return self.cleaned_data

    def get_user(self) -> User | None:
        return self.user


class NewNames:
    """Checks names that are new: a person who has another one from before keeps it."""

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        self._check("username", name)
        return name

    def clean_account(self) -> str:
        account = normalize_account(self.cleaned_data["account"])
        self._check("account", account)
        if "account" in self.changed_data and GONE.match(account):
            raise forms.ValidationError(_("This account is taken: choose another one."))
        others = User.objects.filter(account_skeleton=skeleton(account)).exclude(account=account)
        if "account" in self.changed_data and others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This account looks like one that is taken: choose another one."))
        return account

    def _check(self, field: str, name: str) -> None:
        if field in self.changed_data and (fault := fault_of(name)):
            raise forms.ValidationError(fault)


class RegisterForm(NewNames, Refusable, forms.ModelForm):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=PASSWORD_RULES,
    )

    class Meta:
        model = User
        fields = ("account", "password", "username")
        labels = {"account": gettext_lazy("Account"), "username": gettext_lazy("Name that others see")}
        help_texts = {"account": gettext_lazy("You sign in with it: letters, digits and @ . + - _")}
        widgets = {"account": forms.TextInput(ACCOUNT), "username": forms.TextInput({"autocomplete": "nickname"})}

    field_order = ("account", "username", "password")

    def _post_clean(self) -> None:
        super()._post_clean()  # builds and validates the user, whose names the password must not resemble
        password = self.cleaned_data.get("password")
        if password:
            try:
                password_validation.validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=False)
        user.set_password(self.cleaned_data["password"])
        if commit:
            user.save()
        return user


class SetupForm(RegisterForm):
    """Registers the first account, and names the place."""

    place = forms.CharField(
        label=gettext_lazy("Name of the place"),
        max_length=NAME_CHARS,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )

    class Meta(RegisterForm.Meta):
        labels = {"account": gettext_lazy("Account"), "username": gettext_lazy("Your name")}

    field_order = ("place", "username", "account", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in settings.PLACE:
            self.fields["place"].disabled, self.fields["place"].initial = True, settings.PLACE["name"]
            self.fields["place"].required = False

    def clean_place(self) -> str:
        name: str = self.cleaned_data["place"]
        self._check("place", name)
        return name


class NameForm(NewNames, forms.ModelForm):
    """Another name of a person who has an account."""

    class Meta:
        model = User
        fields = ("username",)


class PasswordForm(Refusable, PasswordChangeForm):
    """Django's form behind the throttle, with the rules of passwords beside the field that they are about."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_RULES
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        try:
            is_right = guarded(self.request, self.user.account, lambda: self.user.check_password(old), signed_in=True)
        except Refusal as refusal:
            self.refuse(refusal, "old_password")
            return old
        if not is_right:
            record("password_change_failed", self.request)
            wrong = self.error_messages["password_incorrect"]
            raise forms.ValidationError(wrong)
        if self.request.session[HASH_SESSION_KEY] != self.user.get_session_auth_hash():
            update_session_auth_hash(self.request, self.user)  # an old hash was replaced: this session goes on
        return old

    def save(self, commit: bool = True) -> User:
        """Stores the password alone: an admin may have suspended the user since the request began."""
        user: User = super().save(commit=False)
        user.save(update_fields=["password"])
        return user

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        super().validate_password_for_user(user, "new_password1")


class PlaceForm(forms.ModelForm):
    """The settings of the place as they are now, pinned ones disabled. accounts/place.change() takes `cleaned_data`."""

    class Meta:
        model = Place
        fields = SETTINGS

    def __init__(self, current: Place, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"initial": forms.model_to_dict(current, SETTINGS)} | options)
        for name in settings.PLACE:
            self.fields[name].disabled = True

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if fault := fault_of(name):
            raise forms.ValidationError(fault)
        return name
