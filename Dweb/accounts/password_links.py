"""Links that set a new password: signed by Django, for one use, for PASSWORD_LINK_SECONDS."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from ..models import User
from ..refusal import Refusal


class Tokens(PasswordResetTokenGenerator):
    """Void once the person's password is another one, or they have signed in; and while they are suspended."""

    def check_token(self, user: User | None, token: str | None) -> bool:
        return user is not None and user.is_active and not user.is_bot and super().check_token(user, token)


tokens = Tokens()


def path(user: User) -> str:
    """The path of the page."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password_link", kwargs={"uidb64": uid, "token": tokens.make_token(user)})


def use(user: User, token: str | None, password: str) -> User:
    """Sets a person's password. Raises Refusal if the link is void by now: of two uses at once, one counts."""
    user.set_password(password)  # before the transaction: a hash takes its turn
    with transaction.atomic():
        now = User.objects.select_for_update().filter(pk=user.pk).first()
        if not tokens.check_token(now, token):
            raise Refusal("forbidden", void())
        now.password = user.password
        now.save(update_fields=["password"])
    return now


def void() -> str:
    return _("This link was used, or is too old: ask an admin for another one.")
