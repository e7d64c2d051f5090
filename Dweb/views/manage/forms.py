"""The forms of /manage/."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from ...accounts.forms import ACCOUNT, PASSWORD_RULES, Focused, NewNames
from ...models import REASON_CHARS, PlaceRole, User

MAX_PASSWORD_CHARS = 4096


class ReasonField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        options = {"label": _("Reason, for the record (optional)"), "required": False, "max_length": REASON_CHARS}
        super().__init__(**options | kwargs)


class DeedForm(forms.Form):
    """What is to be done with a person. Which fields count depends on the deed."""

    role = forms.ChoiceField(label=_("Role"), choices=PlaceRole.choices, required=False)
    account = forms.CharField(label=_("Account"), required=False, max_length=150, widget=forms.TextInput(ACCOUNT))
    reason = ReasonField()


class AccountForm(Focused, NewNames, forms.ModelForm):
    """A new account. Without a password the person gets a link that sets one."""

    password = forms.CharField(
        label=_("Password (optional)"),
        required=False,
        strip=False,
        max_length=MAX_PASSWORD_CHARS,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=PASSWORD_RULES,
    )
    role = forms.ChoiceField(label=_("Role"), choices=PlaceRole.choices, initial=PlaceRole.MEMBER)
    reason = ReasonField()

    class Meta:
        model = User
        fields = ("account", "username")
        labels = {"account": _("Account"), "username": _("Name that others see")}
        help_texts = {"account": _("They sign in with it: letters, digits and @ . + - _")}
        widgets = {
            "account": forms.TextInput(ACCOUNT | {"autocomplete": "off"}),
            "username": forms.TextInput({"autocomplete": "off"}),
        }

    def _post_clean(self) -> None:
        super()._post_clean()
        if password := self.cleaned_data.get("password"):
            try:
                password_validation.validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)


class BotForm(Focused, NewNames, forms.ModelForm):
    """A new bot. `rooms` are those that it is in at once."""

    rooms = forms.MultipleChoiceField(label=_("Rooms"), required=False, widget=forms.CheckboxSelectMultiple)
    reason = ReasonField()

    class Meta:
        model = User
        fields = ("username", "account")
        labels = {"account": _("Account"), "username": _("Name that others see")}
        help_texts = {"account": _("Nobody signs in with it: letters, digits and @ . + - _")}
        widgets = {
            "account": forms.TextInput(ACCOUNT | {"autocomplete": "off"}),
            "username": forms.TextInput({"autocomplete": "off"}),
        }

    def __init__(self, rooms: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["rooms"].choices = rooms


class ImportForm(forms.Form):
    """A CSV file, or its text. `checked` is the digest of the text that the admin has seen checked."""

    file = forms.FileField(label=_("A CSV file"), required=False, widget=forms.FileInput({"accept": ".csv,text/csv"}))
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocapitalize": "none"}),
    )
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = ReasonField()
