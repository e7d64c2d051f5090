"""A small team's chat on the day before a release, for pictures."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ..support.server import Server, Visitor, receive
from ..support.uploads import send
from .photos import PHOTOS

NAMES = ["Ada", "Grace", "小明", "Noor", "Tomas", "王芳", "Ann", "Jonas", "Yuki", "Omar", "李雷", "Sofia"]
ONLINE = ["Grace", "小明", "Noor", "Tomas", "王芳"]
ROOM, MUTED, UNFINISHED = "Release", "Build-log", "Kitchen"
RETRY = """Found one more, in the `retry` of the importer:
```python
def retry(url):
    while (answer := fetch(url, timeout=30)).status == 503:
        sleep(int(answer.headers["Retry-After"]) * 1000)  # it is in seconds already, so this sleeps for hours
    return answer
```"""
QUESTION = "@Ada 手机页面没问题，浅色和深色都看过了。旧地址要保留跳转吗"


class Said(NamedTuple):
    """A line in a room, or to a person, so many minutes before the pictures are taken."""

    minutes: int
    who: str
    where: str
    text: str
    reply: int | None = None
    photos: tuple[str, ...] = ()  # their names in PHOTOS


READ = [
    Said(7 * 1440, "Sofia", "Ada", "Here is the address."),
    Said(5 * 1440, "李雷", "Ada", "下周见！"),
    Said(4 * 1440, "王芳", "Photos", "The harbour, from the roof.", photos=("cover-dawn.jpg", "hill.jpg")),
    Said(4 * 1440, "Omar", "Ada", "When does the room open?"),
    Said(4 * 1440 - 90, "Yuki", "Ada", "A photo would help."),
    Said(3 * 1440, "Sofia", "Garden", "Tulips are in the ground."),
    Said(3 * 1440 - 30, "Ada", "Jonas", "See you there."),
    Said(3 * 1440 - 60, "Tomas", "Ada", "Fine by me."),
    Said(1440 + 500, "Grace", "Hiring", "Two talks on Friday, both remote."),
    Said(1440 + 400, "小明", "读书会", "下一本读《边城》怎么样？"),
    Said(1440 + 320, "Ada", "王芳", "欢迎你来！"),
    Said(1440 + 300, "Ann", "Ada", "The cards arrive before noon."),
    Said(1440, "王芳", ROOM, "大家好！我来负责手机上的页面，有什么问题请直接告诉我。"),
    Said(
        1400,
        "Ann",
        ROOM,
        "The cover for the announcement. I printed one to see the blue on paper.",
        photos=("cover-dawn.jpg", "card-front.jpg"),
    ),
    Said(95, "Yuki", "Kitchen", "Who brings what tonight?"),
    Said(93, "Grace", ROOM, "Morning. The freeze is at noon; after that only **fixes** go in."),
    Said(
        92, "Grace", ROOM, "I’m on the notes. The draft is at https://intranet.example/notes/42, please write into it."
    ),
    Said(85, "小明", ROOM, "手机页面我来看，下午之前给结果。"),
    Said(67, "Tomas", "Finance", "Invoices for November are in."),
    Said(49, "Ada", "Noor", "Thank you!"),
    Said(33, "Tomas", ROOM, RETRY),
    Said(28, "Noor", ROOM, "It takes seconds for milliseconds. The fix is in review and the tests are green.", reply=6),
]
UNREAD = [
    Said(42, "Ann", "lobby", "The door code changes on Monday."),
    Said(25, "小明", "Ada", "谢谢，我下午再看一遍。"),
    Said(16, "Noor", "Support", "@Ada can you answer this one?"),
    Said(15, "Noor", "Support", "It is about the old address, @Ada."),
    Said(11, "Grace", "Ada", "I read your notes. Only two small things."),
    Said(9, "小明", ROOM, QUESTION),
    Said(6, "Grace", ROOM, "Keep it, for a month at least. People have it in their bookmarks, and on printed cards."),
    Said(3, "王芳", "设计", "新的图标在这里，请大家看看"),
    Said(1, "Ann", MUTED, "Nightly passed in 9 min."),
]  # fmt: skip
ROOMS = [ROOM, "设计", "Support", "Finance", "Kitchen", "读书会", "Hiring", "Garden", "Photos", MUTED]


class Harbour:
    """The chat, on a server of its own; Ada is whose page is looked at."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder, SEND_BURST=1_000).start()
        self._people = dict(zip(NAMES, self.server.people(len(NAMES), NAMES), strict=True))
        self._times: dict[int, datetime] = {}

    def __getitem__(self, name: str) -> Visitor:
        return self._people[name]

    def fill(self) -> None:
        for person in self._people.values():
            with person.greeted() as socket:
                for room in ROOMS:
                    socket.send(f'{{"type":"join","room":"{room}"}}')
                person.get("/healthz")
        self._say(READ)
        self._read_all()
        self._say(UNREAD)
        with self["Ada"].greeted() as socket:
            for room in (ROOM, self._direct("Ada", "小明")):
                socket.send(f'{{"type":"pinned","room":"{room}","pinned":true}}')
                receive(socket, "pinned")
        question = next(seq for seq, said in enumerate(self._of(ROOM), 1) if said.text == QUESTION)
        self["小明"].post(type="edit", room=ROOM, seq=question, txt=f"{QUESTION}？")
        self.server.stop()
        path = Path(self.server.env["VAR_DIR"]) / "dweb.sqlite3"
        with closing(sqlite3.connect(path)) as database, database:
            for id, time in self._times.items():
                stored = time.strftime("%Y-%m-%d %H:%M:%S.%f")
                database.execute("UPDATE event SET time = ? WHERE id = ?", (stored, id))
        self.server.start()
        for name in ONLINE:
            self[name].greeted()

    def _say(self, lines: Sequence[Said]) -> None:
        for minutes, who, where, text, reply, photos in lines:
            direct = {"type": "0", "userto": self[where].userid} if where in self._people else {"room": where}
            files = [send(self[who], PHOTOS[name](), name)["id"] for name in photos]
            more = ({"reply": reply} if reply else {}) | ({"files": ",".join(files)} if files else {})
            id = self[who].say(text, **direct | more)["id"]
            self._times[id] = datetime.now(UTC) - timedelta(minutes=minutes)

    def _read_all(self) -> None:
        """Ada has read what there is."""
        with self["Ada"].connect() as socket:
            socket.send('{"type":"hello"}')
            for room in receive(socket, 0)["rooms"]:
                socket.send(f'{{"type":"read","room":"{room["room"]}","seq":{room["seq"]}}}')
            socket.send(f'{{"type":"level","room":"{MUTED}","level":"nothing"}}')
            self["Ada"].get("/healthz")

    def _direct(self, one: str, other: str) -> str:
        return "@{}.{}".format(*sorted((self[one].userid, self[other].userid)))

    @staticmethod
    def _of(room: str) -> list[Said]:
        return [said for said in READ + UNREAD if said.where == room]


@contextmanager
def harbour() -> Iterator[Harbour]:
    with tempfile.TemporaryDirectory() as folder:
        chat = Harbour(Path(folder))
        try:
            chat.fill()
            yield chat
        finally:
            chat.server.close()
