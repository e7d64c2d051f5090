"""Refuses what no part of a multipart body needs to have: a charset of its own, and a file where none is taken."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError

from .request import EXTENDED


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
