"""Refuses what no part of a multipart body needs to have: a charset of its own, and a file where none is taken."""

import os
import re
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from ..chat.uploads import FORM_BYTES
from ..files import storage
from .request import EXTENDED

QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')  # a file's name may have any sign
HEAD_BYTES = 2 * 1024  # of a part: Django reads no longer ones


class RefuseFiles(FileUploadHandler):
    """Django would store files on the disk, and Python keeps each name of a charset that it did not find."""

    def handle_raw_input(
        self, input_data: object, meta: object, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        """Looks at the heads of the parts before Django parses them."""
        for part in self.request.body.split(b"--" + boundary):
            if EXTENDED.encode() in part.partition(b"\r\n\r\n")[0]:
                raise MultiPartParserError("a part names a charset")

    def new_file(self, *args: object, **kwargs: object) -> None:
        raise RequestDataTooBig("files are not taken")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SmallFiles(RefuseFiles):
    """Keeps files in memory, for a view that takes them; REQUEST_MAX_BYTES bounds all of them together."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self._content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._content.seek(0)
        about = (self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)
        return InMemoryUploadedFile(self._content, *about)


class Incoming(NamedTuple):
    """A file that has come: its name, and where it is on this machine until the view has moved it."""

    name: str
    path: Path

    def close(self) -> None:
        """Deletes what no view has taken, at the end of the request."""
        self.path.unlink(missing_ok=True)


class IncomingFile(FileUploadHandler):
    """Writes the file of a body that is not in memory into the folder of what is on its way."""

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> Any:
        """Parses the body here, to look at the heads of its parts on their way."""
        if content_length > settings.FILE_MAX_BYTES + FORM_BYTES:
            raise RequestDataTooBig("more than a file may have")
        writer, body = _Writer(self.request), _Body(input_data, boundary)
        try:
            parsed = MultiPartParser(meta, body, [writer], encoding).parse()
            if not body.is_whole:
                raise MultiPartParserError("the end is missing")
            return parsed
        except BaseException:
            writer.discard()
            raise


class _Writer(FileUploadHandler):
    _file: Any = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != "file" or self._file is not None:
            raise MultiPartParserError("one file, as `file`, is taken")
        self._file = NamedTemporaryFile(dir=storage.incoming(), delete=False)  # noqa: SIM115 - until it is whole

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._file.write(raw_data)
        if start // settings.FILE_PIECE_BYTES != (start + len(raw_data)) // settings.FILE_PIECE_BYTES:
            self._file.flush()
            os.fdatasync(self._file.fileno())  # a little at a time, as with pieces

    def file_complete(self, file_size: int) -> Incoming:
        self._file.close()
        return Incoming(self.file_name, Path(self._file.name))

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)


class _Body:
    """A body that is read once. Refuses a part whose head names a charset, and sees whether the end comes."""

    def __init__(self, body: Any, boundary: bytes) -> None:
        self._body = body
        self._mark = b"--" + boundary
        self._seen = b""  # the end of what was read, in which a head may have begun
        self.is_whole = False

    def read(self, size: int) -> bytes:
        data: bytes = self._body.read(size)
        seen = self._seen + data
        for part in seen.split(self._mark)[1:]:
            head = part[:HEAD_BYTES].partition(b"\r\n\r\n")[0]
            if EXTENDED.encode() in QUOTED.sub(b"", head):
                raise MultiPartParserError("a part names a charset")
        self.is_whole = self.is_whole or self._mark + b"--" in seen
        self._seen = seen[-HEAD_BYTES:]
        return data
