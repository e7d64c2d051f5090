"""What may come in: registration, sign-in, a message, a page of history. Checks shape and size, not permission."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.http import HttpRequest

from .accounts import waiting_seconds
from .live import wire
from .models import LOBBY, User
from .refusal import Refusal

MAX_NUMBER = 2**63 - 1
MAX_ROOM_CHARS = 64
MAX_CID_CHARS = 64


class SignInForm(forms.Form):
    """`wait` is the seconds for which this account may not be tried from this address, or 0."""

    userNameOrEmailAddress = forms.CharField(  # noqa: N815 - the wire's name
        label="Account",
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        strip=False, max_length=4096, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.user: User | None = None
        self.wait = 0
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        account, password = (self.cleaned_data.get(name) for name in ("userNameOrEmailAddress", "password"))
        if account and password:
            self.wait = waiting_seconds(self.request, account)
            if not self.wait:
                self.user = authenticate(self.request, username=account, password=password)
            if self.wait:
                raise forms.ValidationError(f"Too many failed attempts: try again in {in_words(self.wait)}.")
            if self.user is None:
                raise forms.ValidationError("Account and password do not match.")
        return self.cleaned_data

    def get_user(self) -> User | None:
        return self.user


class RegisterForm(forms.ModelForm):
    password = forms.CharField(
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )

    class Meta:
        model = User
        fields = ("account", "password", "username")
        labels = {"username": "Name that others see"}
        widgets = {
            "account": forms.TextInput({"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
            "username": forms.TextInput({"autocomplete": "nickname"}),
        }

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


def in_words(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds <= 60:
        return f"{seconds} second{'s' * (seconds != 1)}"
    return f"{minutes} minutes"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was sent: to the user `userto`, or else to the room `room`."""

    text: str
    room: str
    userto: int | None
    cid: str | None
    reply: int | None


def clean_message(data: Mapping[str, Any], sender_id: int) -> Message:
    """A message from the fields of a POST or a frame. Raises Refusal."""
    kind = data.get("type")
    if kind not in ("0", "1"):
        raise Refusal("bad_input", "type must be 1 (group) or 0 (private).")
    if _given(data, "userfrom") is not None and clean_number(data, "userfrom") != sender_id:
        raise Refusal("forbidden", "userfrom is not the user who is signed in.")
    if kind == "0" and _given(data, "userto") is None:
        raise Refusal("bad_input", "A private message needs userto, a user id.")
    room = _given(data, "room")
    return Message(
        text=clean_text(data),
        room=clean_room(LOBBY if room is None else room) if kind == "1" else "",
        userto=clean_number(data, "userto") if kind == "0" else None,
        cid=clean_cid(data),
        reply=clean_number(data, "reply") if _given(data, "reply") is not None else None,
    )


def clean_text(data: Mapping[str, Any]) -> str:
    text = data.get("txt")
    if not wire.is_text(text) or "\0" in text:
        raise Refusal("bad_input", "txt must be text.")
    if not text.strip():
        raise Refusal("bad_input", "The message is empty.")
    if len(text) > settings.MESSAGE_MAX_CHARS:
        raise Refusal(
            "too_large", f"A message has at most {settings.MESSAGE_MAX_CHARS} characters; this has {len(text)}."
        )
    return text


def clean_cid(data: Mapping[str, Any]) -> str | None:
    cid = _given(data, "cid")
    if cid is None:
        return None
    if not wire.is_text(cid) or "\0" in cid or len(cid) > MAX_CID_CHARS:
        raise Refusal("bad_input", f"cid must be text of 1 to {MAX_CID_CHARS} characters.")
    return cid


def clean_room(value: object) -> str:
    """A group room's name: 1 to 64 letters of any script, digits, - and _; a direct room's with its ids in order."""
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not wire.is_text(name):
        raise Refusal("bad_input", "room must be the name of a room.")
    if wire.is_direct(name):
        return _clean_direct_room(name)
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= MAX_ROOM_CHARS or not all(unicodedata.category(c)[0] in "LMN" or c in "-_" for c in name):
        raise Refusal("bad_input", f"A room's name has 1 to {MAX_ROOM_CHARS} letters, digits, - or _.")
    return name


def clean_last(data: Mapping[str, Any]) -> dict[str, int] | None:
    """What a client that comes back has seen: room names to numbers; None when it does not ask. Raises Refusal."""
    last = data.get("last")
    if last is None:
        return None
    if not isinstance(last, Mapping):
        raise Refusal("bad_input", "last must map the names of rooms to the numbers last seen there.")
    return {clean_room(room): clean_number(last, room) for room in last}


def _clean_direct_room(name: str) -> str:
    one, _, other = name[1:].partition(".")
    return wire.direct_room(clean_number({"room": one}, "room"), clean_number({"room": other}, "room"))


def clean_number(data: Mapping[str, Any], field: str, default: int | None = None) -> int:
    """A whole number from 0 to 2^63 - 1, as a number or in digits; `default` where none is given. Raises Refusal."""
    value = _given(data, field)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise Refusal("bad_input", f"{field} must be a whole number, 0 or more.")
    return value


def _given(data: Mapping[str, Any], field: str) -> Any:
    """The field's value; None when it is absent or blank, as forms send what was left out."""
    value = data.get(field)
    return None if value == "" else value
