"""A real nginx on free ports with deploy/nginx.conf, in which only places are replaced: ports, paths, the user."""

import grp
import http.client
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
from websockets.sync.client import ClientConnection, connect

from .mariadb import free_port
from .server import ROOT, START_SECONDS, Answer, Visitor
from .waiting import wait_until

CONFIG = ROOT / "deploy" / "nginx.conf"
NAME = "localhost"
STRIPPED = {  # what makes a proxy let HTTP through, and no WebSocket
    "        proxy_set_header Upgrade $http_upgrade;\n": "",
    "        proxy_set_header Connection $connection_upgrade;\n": "",
}
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    """In front of the app servers at these two ports of the loopback. People use the name NAME.

    `changed` has limits of the file, and others to take their place.
    """

    def __init__(self, folder: Path, first: int, second: int, changed: Mapping[str, str] = {}) -> None:
        self.folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.opened: list[ClientConnection] = []
        _make_certificate(folder)
        self.config = folder / "nginx.conf"
        self._ports = first, second
        self._write(changed)
        self.trust = ssl.create_default_context(cafile=folder / "fullchain.pem")
        # The websockets library reads and writes in two threads, which Python's TLS 1.3 does not bear: the tickets
        # after the handshake are read while the request is written, and now and then it is lost.
        self.trust_1_2 = ssl.create_default_context(cafile=folder / "fullchain.pem")
        self.trust_1_2.maximum_version = ssl.TLSVersion.TLSv1_2
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"https://{NAME}:{self.port}"

    url = origin  # as a server has one

    def start(self) -> "Nginx":
        command = ["nginx", "-p", str(self.folder), "-c", str(self.config), "-g", "daemon off;"]
        with (self.folder / "output.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: self._process.poll() is not None or self._listens(), START_SECONDS)
        assert self._process.poll() is None, (self.folder / "output.log").read_text()
        return self

    def change(self, changed: Mapping[str, str] = {}) -> None:
        """Other changes from now on; connections that are open keep what they have."""
        assert self._process is not None
        self._write(changed)
        workers = psutil.Process(self._process.pid).children()
        self._process.send_signal(signal.SIGHUP)
        wait_until(lambda: all(map(_takes_no_more, workers)))

    def close(self) -> None:
        """The master takes its workers with it."""
        for each in self.opened:
            each.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def errors(self) -> str:
        return (self.folder / "error.log").read_text()

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}, plain: bool = False
    ) -> Answer:
        connection = http.client.HTTPSConnection(NAME, self.port, timeout=60, context=self.trust)
        if plain:
            connection = http.client.HTTPConnection(NAME, self.plain_port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, person: Visitor, path: str = "/msg_send/", **fields: object) -> Answer:
        """As a page of this host does it."""
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        return self.request("POST", path, urlencode(fields).encode(), person.headers | form)

    def connect(self, person: Visitor, **options: Any) -> ClientConnection:
        """The person's socket, opened by a page of this host unless the options name another origin."""
        options = {"origin": self.origin, "open_timeout": 60, "legacy": True, "proxy": None} | options
        headers = {"Cookie": person.headers["Cookie"]}
        url = f"wss://{NAME}:{self.port}/chat/"
        made = connect(url, ssl=self.trust_1_2, additional_headers=headers, **options)
        self.opened.append(made)
        return made

    def tcp(self, name: str = NAME) -> ssl.SSLSocket:
        """A connection for requests that are written by hand."""
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        try:
            return self.trust.wrap_socket(sock, server_hostname=name)
        except ssl.SSLError:
            sock.close()
            raise

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _write(self, changed: Mapping[str, str]) -> None:
        self.config.write_text(self._render(CONFIG.read_text(), *self._ports, changed))

    def _render(self, text: str, first: int, second: int, changed: Mapping[str, str]) -> str:
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name};"
        folders = "".join(f"    {name}_temp_path {self.folder / name};\n" for name in TEMPORARY)
        places = {
            "user www-data;": user,
            "pid /run/nginx.pid;": f"pid {self.folder / 'pid'};",
            "/var/log/nginx/": f"{self.folder}/",
            "/etc/dweb/tls/": f"{self.folder}/",
            "http {\n": f"http {{\n{folders}",
            "listen 80": f"listen 127.0.0.1:{self.plain_port}",
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "server app1:8000 ": f"server 127.0.0.1:{first} ",
            "server app2:8000 ": f"server 127.0.0.1:{second} ",
            "${CHAT_HOST};": f"{NAME};",
            **changed,
        }
        for shipped, here in places.items():
            assert shipped in text, f"{CONFIG} has no {shipped!r}"
            text = text.replace(shipped, here)
        return text


def _takes_no_more(worker: psutil.Process) -> bool:
    """True: it is gone, or only serves the connections that it has."""
    with suppress(psutil.NoSuchProcess):
        return "shutting down" in " ".join(worker.cmdline())
    return True


def needed() -> None:
    """Skips the test on a machine without nginx or openssl."""
    for tool in ("nginx", "openssl"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")


def _make_certificate(folder: Path) -> None:
    command = "openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=chat"
    names = ["-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
