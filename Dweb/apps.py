"""The application's configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DwebConfig(AppConfig):
    name = "Dweb"
    verbose_name = _("Chat")

    def ready(self) -> None:
        import_module("Dweb.signals")
