"""Runs requests and frames in this process under atheris, which looks for input that reaches new code.

python -m tests.fuzz.guided FOLDER -runs=COUNT [libFuzzer's options] [corpus]. The first byte of an input says what the
rest is: a request in bytes, as gunicorn's parser gets it, or texts of frames, with a line for each.
"""

import gc
import io
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

import atheris
import psutil

from .inputs import CHARSETS, FIELDS, HEADERS, PATHS

REQUEST, FRAMES = b"r", b"f"
WARM_RUNS = 1_000  # until caches, tables of translations and the like are filled
SPARE_THREADS = 2
SPARE_FILES = 5
PEER = ("127.0.0.1", 9)
SOURCES = ["Dweb", "gunicorn.http", "django.http", "django.core.handlers", "django.middleware", "django.views"]


class Faults(logging.Handler):
    """Keeps each traceback and each ERROR that the handlers in its place would have written."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []
        self._replaced: dict[str, list[logging.Handler]] = {}

    def replace_handlers(self, name: str) -> None:
        logger = logging.getLogger(name)
        self._replaced[name], logger.handlers = logger.handlers, [self]

    def emit(self, record: logging.LogRecord) -> None:
        name = max((name for name in self._replaced if f"{record.name}.".startswith(f"{name}.")), key=len, default="")
        for handler in self._replaced[name]:  # whose filters may make a line of a client's error
            if handler.filter(record) and (record.levelno >= logging.ERROR or record.exc_info):
                self.seen.append(self.format(record))


class Target:
    """The application with one user, and its log."""

    def __init__(self, folder: Path) -> None:
        os.environ |= {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.support.settings", "TEST_LIMITS": "{}"}
        os.environ |= {"SEND_RATE": "1000000", "SEND_BURST": "1000000"}
        with atheris.instrument_imports(include=SOURCES):
            import django

            django.setup()
            from django.core.handlers.wsgi import WSGIHandler
            from django.core.management import call_command
            from gunicorn import http
            from gunicorn.config import Config
            from gunicorn.http import wsgi

            from ..support.fakes import make_session, make_user, sign_in, talk
            from ..support.process import new_runtime, without_threads
        call_command("migrate", verbosity=0)
        self._http, self._wsgi, self._config = http, wsgi, Config()
        self._runtime, self._no_threads = new_runtime(), without_threads()
        self._live = self._runtime.__enter__()
        self._no_threads.__enter__()
        self._user, self._talk = make_user("fuzz"), talk
        self._session = make_session()
        self._cookies = f"sessionid={sign_in(self._user).cookies['sessionid'].value}; csrftoken={'c' * 32}".encode()
        self._handler = WSGIHandler()
        self._faults = Faults()
        for name in ("", "django", "django.request", "django.security", "gunicorn.error"):
            self._faults.replace_handlers(name)
        self._runs = 0
        self._before: tuple[int, int] | None = None

    def __call__(self, data: bytes) -> None:
        kind, rest = data[:1], data[1:]
        if kind == FRAMES:
            self._frames(rest)
        else:
            self._request(rest)
        assert not self._faults.seen, self._faults.seen
        self._runs += 1
        if self._runs % WARM_RUNS == 0:
            self._look_for_leftovers()

    def _request(self, data: bytes) -> None:
        near, far = socket.socketpair()
        with near, far:
            parser = self._http.RequestParser(self._config, io.BytesIO(data.replace(b"COOKIES", self._cookies)), PEER)
            try:
                request = next(parser)
                _, environ = self._wsgi.create(request, near, PEER, PEER, self._config)
            except Exception as error:
                # gunicorn answers these; any other type is a fault of its own, which its worker answers with a 500.
                if type(error).__module__.startswith("gunicorn.http") or isinstance(error, StopIteration):
                    return
                raise
            statuses: list[str] = []
            answer = self._handler(environ, lambda status, headers, *rest: statuses.append(status))
            b"".join(answer)
            answer.close()
            assert not statuses[0].startswith("500"), data

    def _frames(self, data: bytes) -> None:
        script: list[Any] = [line.decode("utf-8", "replace") for line in data.split(b"\n")[:20]]
        for frame in self._talk(self._live, self._user, *script, session=self._session):
            assert isinstance(frame, dict)

    def _look_for_leftovers(self) -> None:
        gc.collect()
        process = psutil.Process()
        now = process.num_threads(), process.num_fds()
        self._before = self._before or now
        assert now[0] <= self._before[0] + SPARE_THREADS, (self._before, now)
        assert now[1] <= self._before[1] + SPARE_FILES, (self._before, now)


def seeds() -> list[bytes]:
    """Inputs that are right, from which atheris makes others."""
    from Dweb.views.frames import FRAMES as KINDS

    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nX-CSRFToken: " + b"c" * 32
    found = [FRAMES + b'{"type":"%s","room":"lobby","txt":"x","seq":1}' % kind.encode() for kind in map(str, KINDS)]
    for path in (b"/", b"/history/?room=lobby", b"/users/?q=a", b"/search/?q=a", b"/news_chat/?group_id=x", b"/chat/"):
        found.append(REQUEST + b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nCookie: COOKIES\r\n\r\n")
    for path, body in ((b"/msg_send/", b"type=1&txt=hello&cid=1"), (b"/register/", b"account=a&username=b&password=c")):
        head = b" HTTP/1.1\r\nHost: localhost\r\nCookie: COOKIES\r\n" + form % len(body)
        found.append(REQUEST + b"POST " + path + head + b"\r\n\r\n" + body)
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    words = folder / "words"
    words.write_text("".join(f'"{word}"\n' for word in [*FIELDS, *PATHS, *CHARSETS, *HEADERS] if word.isascii()))
    target = Target(folder)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *sys.argv[2:], f"-dict={words}", str(corpus)], target, enable_python_coverage=True)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
