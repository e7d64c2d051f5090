"""Files at a whole server: they come back as they were, hold nobody up, and outlive a server that is killed."""

import json
import os
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ..support.server import Answer, Server, Visitor
from ..support.uploads import SlowUpload, post, post_pieces, send
from ..support.waiting import wait_until

MIB = 1024 * 1024
UPLOADS = 100
PEOPLE = 10
# What is stored, and what the database has of it, a day later.
LATER = """
import django, json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "chatproj.settings"
django.setup()
from django.conf import settings
from django.utils import timezone
from Dweb.files import cleaner, storage
from Dweb.models import Attachment, Event, File, Leftover
settings.UNSENT_FILE_SECONDS = -1
Leftover.objects.update(due=timezone.now())
cleaner.clean()
root = storage.local_path("")
names = [str(path.relative_to(root)) for path in root.glob("??/*") if path.is_file()]
files = dict(File.objects.values_list("stored", "pk"))
print(json.dumps({
    "without a file": [name for name in names if name.split(".")[0] not in files],
    "without bytes": [id for name, id in files.items() if name not in names],
    "in no message": [id for id in files.values() if not Attachment.objects.filter(file=id).exists()],
    "coming": [path.name for path in storage.incoming().iterdir()],
}))
"""


def read(person: Visitor, file_id: str, **headers: str) -> Answer:
    return person.server.get(f"/files/{file_id}/name", person.headers | headers)


def test_a_large_file_comes_back_as_it_was_and_is_in_nobodys_memory(make_server: Callable[..., Server]) -> None:
    server = make_server()
    [ann, bob] = server.people(2)
    data = os.urandom(40 * MIB)
    send(ann, os.urandom(MIB))
    before = server.worker.memory_info().rss
    told = send(ann, data, "film.mp4")
    assert (told["name"], told["size"]) == ("film.mp4", len(data))
    assert read(bob, told["id"]).status == 404
    ann.say("", files=told["id"])
    assert read(bob, told["id"]).body == data
    part = read(bob, told["id"], Range=f"bytes={30 * MIB}-{31 * MIB}")
    assert (part.status, part.body) == (206, data[30 * MIB : 31 * MIB + 1])
    assert server.worker.memory_info().rss - before < 20 * MIB
    assert server.faults() == []


def test_what_a_deleted_message_had_is_gone_from_the_disk_at_once(make_server: Callable[..., Server]) -> None:
    server = make_server()
    [ann] = server.people(1)
    path = server.log_path.with_name("picture.png")
    Image.new("RGB", (900, 600), "red").save(path)
    file_id = send(ann, path.read_bytes(), "picture.png")["id"]
    seq = ann.say("", files=file_id)["seq"]
    wait_until(lambda: len(kept(server)) == 3, 30)  # its previews, too
    assert ann.post(type="delete", room="lobby", seq=seq).status == 200
    wait_until(lambda: kept(server) == [], 30)
    assert read(ann, file_id).status == 404


def kept(server: Server) -> list[Path]:
    return [path for path in (Path(server.env["VAR_DIR"]) / "files").glob("??/*") if path.is_file()]


def test_a_picture_gets_its_previews(make_server: Callable[..., Server]) -> None:
    server = make_server()
    [ann] = server.people(1)
    path = server.log_path.with_name("picture.jpg")
    Image.effect_noise((2_000, 1_000), 50).save(path)
    told = send(ann, path.read_bytes(), "picture.jpg")
    assert (told["type"], told["width"], told["height"]) == ("image/jpeg", 2_000, 1_000)
    assert ann.get(f"/files/{told['id']}/preview").status == 404
    ann.say("look", files=told["id"])
    for size, width in (("small", 480), ("large", 1_600)):
        address = f"/files/{told['id']}/preview?size={size}"
        wait_until(lambda address=address: ann.get(address).status == 200, 30)
        answer = ann.get(address)
        assert answer.headers["Content-Type"] == "image/webp"
        path.with_suffix(".webp").write_bytes(answer.body)
        with Image.open(path.with_suffix(".webp")) as made:
            assert made.size == (width, width // 2)


def test_slow_uploads_hold_nobody_up(make_server: Callable[..., Server]) -> None:
    """A hundred of them, a KB of each at a time; they take no thread, and their places are free again afterwards."""
    server = make_server()
    people = server.people(PEOPLE + 1)
    reader = people[-1].greeted()
    threads = server.worker.num_threads()
    slow = [SlowUpload(people[number % PEOPLE]) for number in range(UPLOADS)]
    for number in range(20):
        for each in slow:
            each.more(1_024)
        people[-1].say(f"message {number}")
        assert people[-1].get("/history/").status == 200
        assert json.loads(reader.recv())["type"] in (1, "presence", "read")
    assert server.worker.num_threads() <= threads + 10
    with closing(SlowUpload(people[0])) as one_more:
        assert one_more.status() == 429
    for each in slow:
        each.close()
    wait_until(lambda: post(people[0], bytes(MIB)).status == 200, 30)
    assert server.faults() == []


def test_who_may_not_send_is_told_before_a_byte_is_sent(make_server: Callable[..., Server]) -> None:
    server = make_server()
    [ann] = server.people(1)
    ann.session = "nobody"
    with closing(SlowUpload(ann)) as upload:
        assert upload.status() == 401


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=[pytest.mark.long, pytest.mark.alone])])
def test_a_server_that_is_killed_leaves_nothing_half(make_server: Callable[..., Server], kills: int) -> None:
    server = make_server()
    people = server.people(4)
    sent: dict[str, bytes] = {}  # of messages that were acknowledged
    over = threading.Event()

    def go_on(person: Visitor) -> None:
        in_pieces = person in people[::2]
        while not over.is_set():
            data = os.urandom(2 * MIB)
            with suppress(OSError, HTTPException):
                answer = post_pieces(person, data, MIB // 2) if in_pieces else post(person, data)
                if answer.status == 200:
                    file_id = answer.json()["id"]
                    answer = Visitor(server, person.userid, "", person.session).post(
                        type="1", txt="", files=file_id, cid=file_id
                    )
                    if answer.status == 200:
                        sent[file_id] = data

    threads = [threading.Thread(target=go_on, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        count = len(sent)
        wait_until(lambda count=count: len(sent) > count + 3, 60)
        server.kill()
        server.start()
    over.set()
    for thread in threads:
        thread.join()
    for file_id, data in sent.items():
        assert read(people[0], file_id).body == data
    assert files_in_messages(people[0]) >= sent.keys()
    for file_id in files_in_messages(people[0]):
        assert read(people[0], file_id).status == 200
    server.stop()
    assert not any(json.loads(server.run("-c", LATER)).values())


def files_in_messages(person: Visitor) -> set[str]:
    """The ids of all files of the lobby's messages."""
    found: set[str] = set()
    before: dict[str, Any] = {}
    while True:
        query = "&".join(f"{name}={value}" for name, value in {"limit": 200, **before}.items())
        page = person.get(f"/history/?{query}").json()
        found |= {file["id"] for event in page["events"] for file in event["data"].get("files", ())}
        if not page["more"]:
            return found
        before = {"before": page["events"][0]["data"]["seq"]}
