"""The form of a link that sets a new password."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm

from ..models import User
from . import password_links
from .forms import PASSWORD_RULES, Refusable


class NewPasswordForm(Refusable, SetPasswordForm):
    """Django's form, with the rules of passwords beside the field that they are about; `token` is that of the link."""

    def __init__(self, *args: Any, token: str | None, **kwargs: Any) -> None:
        self._token = token
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_RULES
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> User:
        """Raises Refusal if the link is void by now."""
        return password_links.use(self.user, self._token, self.cleaned_data["new_password1"])
