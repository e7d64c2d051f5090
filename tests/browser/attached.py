"""Messages with files in a page, and the files, as a server would send them: the messages are said to the real one."""

import io
import json
import wave
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from PIL import Image
from playwright.sync_api import Route, WebSocketRoute

from ..support.server import Visitor
from .tab import Tab

File = dict[str, Any]

MARK = "\N{PAPERCLIP}"
COLOURS = ["#5b7c8d", "#c8735a", "#86a984", "#d8b36a", "#7a6fa5", "#3f8f86"]


def picture(number: int, width: int = 1200, height: int = 800, name: str = "", kind: str = "jpeg") -> File:
    return {
        "id": number,
        "name": name or f"picture-{number}.{kind}",
        "size": 180_000 + number,
        "type": f"image/{kind}",
        "width": width,
        "height": height,
        "preview": f"/files/{number}/preview",
    }


def other(number: int, name: str, kind: str = "application/octet-stream", size: int = 219_000) -> File:
    return {"id": number, "name": name, "size": size, "type": kind}


class Attached:
    """What lies between a tab and its server. It must be there before the tab's page is opened."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.page = tab.page
        self.asked: list[str] = []  # addresses under /files/
        self.looked: list[str] = []  # those of HEAD
        self.missing: set[str] = set()  # of those: previews that are not made yet
        self.none: set[str] = set()  # and those that never will be
        self._files: dict[str, list[File]] = {}
        self._events: list[dict[str, Any]] = []  # that have files
        self.page.route("**/history/**", self._pass)
        self.page.route("**/latest/**", self._pass)
        self.page.route("**/files/**", self._answer)
        self.page.route_web_socket("**/chat/", self._open)

    def say(self, person: Visitor, room: str, files: list[File], text: str = "") -> None:
        """Says a message with files; without a text it has nothing else."""
        key = f"{MARK}{len(self._files)}{MARK}"
        self._files[key] = files
        seq = person.say(key + text, room=room)["seq"]
        self._add(person.get(f"/history/?room={room}&after={seq - 1}&limit=1").json()["events"][0]["data"])

    def _add(self, data: Any) -> None:
        if not isinstance(data, dict) or not str(data.get("msg", "")).startswith(MARK):
            return
        mark, text = data["msg"][1:].split(MARK)
        data |= {"msg": text, "files": self._files[f"{MARK}{mark}{MARK}"]}
        self._events = [each for each in self._events if each["id"] != data["id"]] + [data]

    def _pass(self, route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for event in body.get("events", []):
            self._add(event["data"])
        route.fulfill(response=answer, json=body)

    def _open(self, socket: WebSocketRoute) -> None:
        far = socket.connect_to_server()

        def receive(message: str | bytes) -> None:
            frame = json.loads(message)
            self._add(frame.get("data"))
            socket.send(json.dumps(frame))

        far.on_message(receive)

    # --- What is under /files/ ---

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        asked = self.asked if route.request.method == "GET" else self.looked
        asked.append(address.path + (f"?{address.query}" if address.query else ""))
        number, _, rest = address.path.removeprefix("/files/").partition("/")
        if not number:
            return route.fulfill(json=self._list(parse_qs(address.query)))
        file = next((each for each in self.all if str(each["id"]) == number), None)
        if file is None or address.path in self.missing | self.none:
            headers = {"Retry-After": "1"} if address.path in self.missing else {}
            return route.fulfill(status=404, headers=headers, json={"msg": "error", "error": "not_found", "detail": ""})
        if file["type"] == "audio/wav":
            return route.fulfill(body=sound(), content_type="audio/wav")
        if "preview" not in file:
            return route.fulfill(body=b"%PDF-1.7 or anything", content_type="text/plain")
        most = 10_000 if rest != "preview" else 1600 if "large" in address.query else 480
        kind = "webp" if rest == "preview" else file["type"].removeprefix("image/")
        route.fulfill(body=painted(file, most, kind), content_type=f"image/{kind}")

    @property
    def all(self) -> list[File]:
        return [file for files in self._files.values() for file in files]

    def _list(self, asked: dict[str, list[str]]) -> dict[str, Any]:
        """Those of two messages a page."""
        before, words = float(asked.get("before", ["inf"])[0]), unquote(asked.get("q", [""])[0]).lower()
        listed = [
            file | {"event": event["id"], **{name: event[name] for name in ("seq", "userid", "user", "time")}}
            for event in sorted(self._events, key=lambda each: -each["id"])
            if event["id"] < before and event["room"] == asked["room"][0]
            for file in event["files"]
            if words in file["name"].lower()
        ]
        events = list(dict.fromkeys(each["event"] for each in listed))[:2]
        return {
            "files": [each for each in listed if each["event"] in events],
            "more": any(each["event"] not in events for each in listed),
        }


def painted(file: File, most: int, kind: str) -> bytes:
    """A picture of the file's shape; a GIF moves."""
    scale = min(1, most / max(file["width"], file["height"]))
    size = (max(1, round(file["width"] * scale)), max(1, round(file["height"] * scale)))
    frames = []
    for turn in range(2 if kind == "gif" else 1):
        image = Image.linear_gradient("L").resize(size)
        colour = COLOURS[(file["id"] + turn) % len(COLOURS)]
        frames.append(Image.composite(Image.new("RGB", size, colour), Image.new("RGB", size, "#f3e7cf"), image))
    body = io.BytesIO()
    more = {"save_all": True, "append_images": frames[1:], "duration": 400, "loop": 0} if len(frames) > 1 else {}
    frames[0].save(body, kind, **more)
    return body.getvalue()


def sound() -> bytes:
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * 8_000)
    return body.getvalue()
