"""Refuses what no part of a multipart body needs to have: a file, or a charset of its own."""

from django.core.exceptions import RequestDataTooBig
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
