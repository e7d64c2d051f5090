"""Django's development server, which gives its socket to the WebSocket backend."""

from typing import Any

from django.core.management.commands.runserver import Command as RunserverCommand
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer

from Dweb.databases import tables
from Dweb.ws.factory import SOCKET_KEY

from .serve import check_debug


class SocketRequestHandler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return super().get_environ() | {SOCKET_KEY: self.connection}


class SocketServer(WSGIServer):
    def __init__(self, address: tuple[str, int], handler: type, **kwargs: Any) -> None:
        super().__init__(address, SocketRequestHandler, **kwargs)


class Command(RunserverCommand):
    server_cls = SocketServer

    def run(self, **options: Any) -> None:
        check_debug(self.addr)
        super().run(**options)

    def check_migrations(self) -> None:
        """Migrates the database instead of printing a reminder: nothing else needs to be set up."""
        tables.prepare()
