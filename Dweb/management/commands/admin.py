"""Makes somebody an admin of the place."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from Dweb.accounts import admins
from Dweb.refusal import Refusal


class Command(BaseCommand):
    help = "Makes an account an admin's, and lets it in if it is closed or waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account")

    def handle(self, *, account: str, **options: Any) -> None:
        try:
            user = admins.make(account)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None
        except DatabaseError as error:
            raise CommandError(f"There is no chat in this database: {error}") from None
        self.stdout.write(f"{user.account} is an admin.")
