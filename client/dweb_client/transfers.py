"""Files: sent in pieces that go on where a lost connection stopped them, and read likewise."""

from os import SEEK_CUR
from pathlib import PurePath
from typing import Any, BinaryIO
from urllib.parse import quote

from .asking import PASSING, REQUEST_SECONDS, Tries, ask, checked
from .calls import change, fetch
from .errors import BadAnswer, Conflict, NotFound
from .models import File
from .steps import Answer, Request, Steps

PIECE_BYTES = 1024 * 1024  # the server takes up to 2 MiB
BINARY = {"Content-Type": "application/octet-stream"}
REDIRECTS = (301, 302, 303, 307, 308)


def upload(file: BinaryIO, name: str, size: int, timeout: float | None) -> Steps[File]:
    """Sends a file of `size` bytes. The timeout is for each piece, and begins again with each."""
    begun = yield from change("/files/", timeout, True, name=PurePath(name).name, size=size)
    file_id, offset = begun["id"], 0
    told: dict[str, Any] = begun
    while offset < size or "type" not in told:
        file.seek(offset)
        piece = file.read(PIECE_BYTES)
        if not piece and size:
            raise BadAnswer(f"{name} became shorter while it was read")
        try:
            told = yield from _piece(file_id, offset, piece, timeout)
        except (Conflict, NotFound):  # an answer was lost, perhaps that to the last piece
            told = yield from fetch(f"/files/{file_id}/", timeout)
        offset = told["offset"]
    return File.of(told)


def _piece(file_id: str, offset: int, piece: bytes, timeout: float | None) -> Steps[dict[str, Any]]:
    request = Request("POST", f"/files/{file_id}/", {"offset": offset}, body=piece, headers=BINARY)
    answer = yield from ask(request, timeout)
    return answer.json()


def download(file_id: str, name: str, into: BinaryIO, timeout: float | None) -> Steps[None]:
    """Writes the bytes of a file. The timeout begins again with whatever has come."""
    start = at = _position(into)
    tries = Tries(timeout)
    path = f"/files/{file_id}/{quote(name or 'file', safe='')}"
    while True:
        come = _position(into) - start
        headers = {"Range": f"bytes={come}-"} if come else {}
        try:
            answer: Answer = yield Request("GET", path, headers=headers, timeout=tries.left(REQUEST_SECONDS), into=into)
            if answer.status in REDIRECTS and "location" in answer.headers:  # to a bucket
                path = answer.headers["location"]
                continue
            if come and answer.status == 416:  # all of it had come
                return
            checked(answer)
            if come and answer.status != 206:
                raise BadAnswer("the server does not go on where the connection was lost")
            return
        except PASSING as error:
            if _position(into) > at:
                at, tries = _position(into), Tries(timeout)
            yield from tries.again(error)


def _position(file: BinaryIO) -> int:
    return file.seek(0, SEEK_CUR)
