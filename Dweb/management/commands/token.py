"""Makes a token for a program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from Dweb.accounts import tokens
from Dweb.models import BotKind, User, normalize_account
from Dweb.refusal import Refusal
from Dweb.views.tokens import clean_wanted


class Command(BaseCommand):
    help = "Makes a token with which a program acts for this account. It is the last word that is printed, this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account")
        parser.add_argument("--name", required=True, help="by which people know the program")
        parser.add_argument("--scopes", default="", help="read, write, manage; without it, read and write")
        parser.add_argument("--rooms", default="", help="the only rooms that it is for, by commas")
        parser.add_argument("--days", default="", help="after which it expires")

    def handle(self, *, account: str, **options: Any) -> None:
        fields = {name: options[name] for name in ("name", "scopes", "rooms", "days")}
        try:
            accounts = User.objects.filter(is_active=True).exclude(bot=BotKind.HOOK)
            user = accounts.filter(account=normalize_account(account)).first()
            if user is None:
                raise CommandError(f"No account {account} is open here.")
            _made, token = tokens.make(user, clean_wanted(user, fields))
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None
        except DatabaseError as error:
            raise CommandError(f"There is no chat in this database: {error}") from None
        self.stdout.write(f"A program may act for {user.account} with this token, which is shown this once: {token}")
