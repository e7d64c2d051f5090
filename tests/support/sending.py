"""A test case whose people send files, in a folder of the test's own."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from PIL import Image

from .cases import ViewTestCase
from .stored import files_in

PIECE = "application/octet-stream"


def picture(kind: str = "PNG", size: tuple[int, int] = (3, 2)) -> bytes:
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    return data.getvalue()


class FilesTestCase(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.folder = self.enterContext(files_in(Path(self.enterContext(TemporaryDirectory()))))

    def send(
        self, data: bytes = b"some text", name: str = "a.txt", browser: Browser | None = None, **fields: Any
    ) -> Any:
        file = SimpleUploadedFile("x", data)
        file._name = name  # Django's own client sends it as it is
        return (browser or self.browser).post("/files/", {"file": file, **fields})

    def sent(self, data: bytes = b"some text", name: str = "a.txt", browser: Browser | None = None) -> str:
        answer = self.send(data, name, browser)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["id"])

    def posted(self, room: str, *ids: str, browser: Browser | None = None) -> Any:
        answer = self.say("", browser=browser, room=room, files=",".join(ids))
        assert answer.status_code == 200, answer.content
        return answer.json()

    def begun(self, size: int, name: str = "film.mp4") -> str:
        answer = self.browser.post("/files/", {"name": name, "size": size})
        assert answer.json() == {"msg": "success", "id": answer.json()["id"], "offset": 0}
        return str(answer.json()["id"])

    def piece(self, file_id: str, offset: int, data: bytes, browser: Browser | None = None) -> Any:
        return (browser or self.browser).post(f"/files/{file_id}/?offset={offset}", data, content_type=PIECE)

    def got(self, file_id: str, browser: Browser | None = None, path: str = "a.txt", **headers: str) -> Any:
        """What is answered for a file; `body` has the bytes."""
        answer = (browser or self.browser).get(f"/files/{file_id}/{path}", headers=headers)
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer
