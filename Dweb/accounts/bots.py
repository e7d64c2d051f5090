"""Bots: accounts without a password, which admins make for programs. Each has one key, a token that is shown once."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..models import BotKind, File, PlaceRole, Token, User
from ..refusal import Refusal
from . import administration, tokens
from .tokens import Wanted

KEY = Wanted("key")  # it reads and writes, in the rooms of its bot


def make(by: User, bot: User, reason: str = "", request: HttpRequest | None = None) -> str:
    """Stores a new bot, which sees only rooms of its own, as a guest. Returns its key. Raises Refusal."""
    bot.bot = BotKind.BOT
    for name, value in PlaceRole.GUEST.fields.items():
        setattr(bot, name, value)
    bot.set_unusable_password()
    administration.make_accounts(by, [bot], reason)
    return tokens.make(bot, KEY, request)[1]


def renew(by: User, bot_id: int, reason: str = "", request: HttpRequest | None = None) -> tuple[User, str]:
    """Ends the key of a bot. Returns the bot, and its new key. Raises Refusal."""

    def change(whom: User) -> Mapping[str, str]:
        if whom.bot != BotKind.BOT:
            raise Refusal("bad_input", _("Only bots have a key."))
        Token.objects.filter(user=whom).delete()
        return {}

    bot = administration.do(by, bot_id, "key", reason, change)
    return bot, tokens.make(bot, KEY, request)[1]


def picture(by: User, bot_id: int, file_id: str) -> User:
    """Gives a bot another picture, none with an empty id. Raises Refusal, not_found if the file is gone."""

    def change(whom: User) -> Mapping[str, str]:
        if whom.bot != BotKind.BOT:
            raise Refusal("bad_input", _("People choose their pictures themselves."))
        if file_id and not File.keep(file_id):
            raise Refusal("not_found", _("This picture is gone: choose it again."))
        User.objects.filter(pk=whom.pk).update(picture=file_id)
        return {}

    return administration.do(by, bot_id, "bot_picture", "", change)
