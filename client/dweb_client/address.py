"""What a program gives: the server's address, a token, and paths of files. Wrong ones are a ValueError at once."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus

from .asking import refusal_of
from .errors import BadAnswer, ChatError
from .models import File
from .steps import Answer

Source = str | os.PathLike[str] | bytes
Attached = File | str | os.PathLike[str]
SOCKET_SCHEMES = {"http": "ws", "https": "wss"}


def clean_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        valid = parts.scheme in SOCKET_SCHEMES and parts.hostname and (parts.port or 1) and not parts.username
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("the address of a server is like https://chat.example.org")
    return parts._replace(query="", fragment="").geturl().rstrip("/")


def clean_token(token: str) -> str:
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("the token is empty, or has characters that no token has")
    return token


def socket_url(url: str, path: str) -> str:
    parts = urlsplit(url)
    return parts._replace(scheme=SOCKET_SCHEMES[parts.scheme], path=parts.path.rstrip("/") + path).geturl()


def refused_handshake(error: InvalidStatus) -> ChatError:
    """What the server answered instead of opening a socket."""
    response = error.response
    headers = {name.lower(): value for name, value in response.headers.raw_items()}
    if response.status_code < 400:
        return BadAnswer(f"no socket was opened (status {response.status_code}): is this the address of a Dweb server?")
    return refusal_of(Answer(response.status_code, headers, bytes(response.body or b"")))


def room_names(rooms: Sequence[str] | None) -> Sequence[str] | None:
    """One name may stand alone."""
    return [rooms] if isinstance(rooms, str) else rooms


@contextmanager
def opened(source: Source, name: str | None) -> Iterator[tuple[BinaryIO, str, int]]:
    """A file to send, with its name and its size. Raises OSError."""
    if isinstance(source, bytes):
        yield BytesIO(source), name or "file", len(source)
        return
    path = Path(source)
    with path.open("rb") as file:
        yield file, name or path.name, os.fstat(file.fileno()).st_size


def reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def lost(error: Exception) -> str:
    """Why a socket was closed."""
    if isinstance(error, ConnectionClosed) and error.rcvd:
        return f"the server closed the socket: {error.rcvd.reason or error.rcvd.code}"
    return f"the connection was lost: {reason(error)}"
