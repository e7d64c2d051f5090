"""The application's configuration: what every database holds from the start, and who listens to Django's signals."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DwebConfig(AppConfig):
    name = "Dweb"
    verbose_name = _("Chat")

    def ready(self) -> None:
        from .accounts import revocation as sessions
        from .chat import resync as catchup

        sessions.connect()
        catchup.connect()
        post_migrate.connect(_furnish, sender=self)


def _furnish(using: str, **kwargs: Any) -> None:
    """A lobby and an epoch, made with the database's tables."""
    from .models import LOBBY, Epoch, Room

    Room.objects.using(using).get_or_create(name=LOBBY)
    Epoch.current(using)
