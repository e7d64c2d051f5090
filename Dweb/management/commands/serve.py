"""Starts the chat: prepares the database and the assets, then becomes gunicorn, which prints the addresses."""

import errno
import os
import socket
import stat
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ifaddr
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.urls import reverse

from chatproj.env import is_loopback
from Dweb.accounts import first_run
from Dweb.databases import tables
from Dweb.databases.wrapper import close_idle
from Dweb.operations import assets

LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERY_ADDRESS = ("0.0.0.0", "::")
PORT_RETRY_SECONDS = 0.1


class Command(BaseCommand):
    help = "Starts the chat under gunicorn, in one process or in WEB_CONCURRENCY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for the whole LAN")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        check_debug(host)
        _check_address(host, port)
        self._warn_of_former_variables()
        tables.prepare()
        self._close_files()
        if not settings.DEBUG:
            os.environ["ASSETS_DIR"] = str(_prepared_assets().folder)
        hosts = [host] if host not in EVERY_ADDRESS else ["127.0.0.1", *_own_addresses()]
        if host not in LOOPBACK:
            names = {*LOOPBACK, *hosts, socket.gethostname(), f"{socket.gethostname()}.local"}
            os.environ["ALLOWED_HOSTS"] = os.environ.get("ALLOWED_HOSTS") or ",".join(sorted(map(_in_url, names)))
        # gunicorn.conf.py prints these once the server listens.
        os.environ["SERVE_ADDRESSES"] = " ".join(f"http://{_in_url(each)}:{port}/" for each in hosts)
        os.environ["SETUP_ADDRESSES"] = " ".join(setup_addresses(os.environ["SERVE_ADDRESSES"].split()))
        os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE", "chatproj.settings")
        os.environ.setdefault("MALLOC_ARENA_MAX", "1")  # glibc's: see docs/operating.md, Memory
        config = Path(settings.BASE_DIR) / "gunicorn.conf.py"
        command = [sys.executable, "-m", "gunicorn", "--config", str(config), "--bind", f"{_in_url(host)}:{port}"]
        self.stdout.flush()
        os.execv(sys.executable, command)  # noqa: S606 - it becomes the server

    def _warn_of_former_variables(self) -> None:
        for name in filter(os.environ.__contains__, settings.FORMER_VARIABLES):
            sentence = f"{name} in the environment has no effect: docs/settings.md says how to change a limit."
            self.stderr.write(self.style.WARNING(sentence))

    def _close_files(self) -> None:
        """Closes the files that hold secrets to other users of this machine: older versions left them open."""
        paths = [Path(settings.VAR_DIR) / "secret_key"]
        if connection.vendor == "sqlite":
            paths += (Path(f"{connection.settings_dict['NAME']}{suffix}") for suffix in ("", "-wal", "-shm"))
        for path in filter(Path.exists, paths):
            mode = stat.S_IMODE(path.stat().st_mode)
            if not mode & settings.PRIVATE_UMASK:
                continue
            try:
                path.chmod(mode & ~settings.PRIVATE_UMASK)
                sentence = f"{path} was open to other users of this machine, and is not any more."
            except OSError as error:
                sentence = f"{path} is open to other users of this machine, and stays so: {error.strerror}."
            self.stderr.write(self.style.WARNING(sentence))


def _prepared_assets() -> assets.Assets:
    try:
        return assets.prepare()
    except OSError as error:
        raise CommandError(f"The scripts and styles cannot be prepared in {settings.VAR_DIR}: {error}") from None


def setup_addresses(bases: Sequence[str]) -> list[str]:
    """The addresses at which the first account is made, none if there is one; behind TLS, that of the public name."""
    try:
        code = first_run.prepare()
    except (DatabaseError, OSError) as error:
        raise CommandError(f"The code for the first account cannot be made: {error}") from None
    finally:
        connection.close()
        close_idle()  # or the server would inherit it
    if code is None:
        return []
    public = next((name for name in settings.ALLOWED_HOSTS if name not in LOOPBACK and name[0] not in ".*["), None)
    if settings.HTTPS and public:
        bases = [f"https://{public}/"]
    return [f"{base.rstrip('/')}{reverse('setup', args=[code])}" for base in bases]


def check_debug(host: str) -> None:
    if settings.DEBUG and not is_loopback(host):
        raise CommandError(
            f"DEBUG is yes: everyone who reaches {host} could read this server's settings and code on its error pages."
            " Leave DEBUG or --host out."
        )


def _check_address(host: str, port: int) -> None:
    if not 0 < port < 65_536:
        raise CommandError(f"{port} is not a port: choose one from 1 to 65535.")
    deadline = time.monotonic() + settings.PORT_WAIT_SECONDS
    try:
        while not _may_listen(host, port):
            if time.monotonic() > deadline:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
            time.sleep(PORT_RETRY_SECONDS)
    except OSError as error:
        is_address = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        other = "--host" if is_address else "--port"
        sentence = f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with {other}."
        raise CommandError(sentence) from None


def _may_listen(host: str, port: int) -> bool:
    """False: another process has the port. Raises OSError if there is no such address, or it is not allowed."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def _own_addresses() -> list[str]:
    """Returns this machine's IPv4 addresses except the loopback's, the one of the default route first."""
    addresses = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    found = dict.fromkeys([_outward_address(), *addresses])
    return [address for address in found if address and not address.startswith("127.")]


def _outward_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # RFC 5737: no machine has this address, and connecting a datagram socket sends nothing.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
