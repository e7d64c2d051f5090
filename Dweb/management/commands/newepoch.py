"""Makes a new epoch after a backup was restored: clients drop the numbers that they know and load their rooms."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from Dweb.models import Epoch


class Command(BaseCommand):
    help = "Makes a new epoch. Run it once after restoring a backup, before the server starts."

    def handle(self, **options: Any) -> None:
        try:
            Epoch.objects.update_or_create(pk=1, defaults={"value": secrets.token_hex(8)})
        except DatabaseError as error:
            raise CommandError(f"There is no chat in this database: {error}") from None
        self.stdout.write("Everyone who comes back loads their rooms again.")
