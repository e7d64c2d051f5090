"""Django's development server, which gives its socket to the WebSocket backend."""

from typing import Any

from django.core.management.commands.runserver import Command as RunserverCommand
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer

from Dweb.databases import tables
from Dweb.ws.factory import SOCKET_KEY

from .serve import check_debug, setup_addresses


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

    def on_bind(self, server_port: int) -> None:
        super().on_bind(server_port)
        host = f"[{self.addr}]" if self._raw_ipv6 else self.addr.replace("0.0.0.0", "127.0.0.1")
        for address in setup_addresses([f"http://{host}:{server_port}/"]):
            self.stdout.write(f"Set up your place at {address}")
        self.stdout.flush()

    def check_migrations(self) -> None:
        """Migrates the database instead of printing a reminder: nothing else needs to be set up."""
        tables.prepare()
