"""Webhooks at a whole server: Slack's own client, a flood that slows nobody down, and their end in every process."""

import json
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from slack_sdk.models.blocks import ButtonElement, HeaderBlock, SectionBlock
from slack_sdk.models.blocks.block_elements import LinkButtonElement
from slack_sdk.webhook import WebhookClient

from ..support.server import Server, Visitor, receive

PAYLOADS = Path(__file__).parent.parent / "chat" / "payloads"
FLOOD = 300  # messages, many more than a burst


@pytest.fixture
def ann(make_server: Callable[..., Server]) -> Visitor:
    """Owns the room `ops`."""
    ann = make_server().people(1)[0]
    assert ann.post("/rooms/", title="Ops", room="ops").status == HTTPStatus.OK
    return ann


def hook(ann: Visitor, **fields: object) -> str:
    made = ann.post("/hooks/", name="Slack", room="ops", **fields).json()
    return str(made["url"])


def test_slacks_client_and_recorded_programs_write_and_are_told_why_they_may_not(ann: Visitor) -> None:
    url = hook(ann, names=1)
    client = WebhookClient(url)
    with ann.greeted() as socket:
        answer = client.send(text="Deployed <https://example.com/1|build 1> &amp; *tested*")
        assert (answer.status_code, answer.body) == (200, "ok")
        said = receive(socket, 1)["data"]
        assert said["msg"] == "Deployed [build 1](https://example.com/1) & **tested**"
        assert (said["user"], said["bot"]) == ("Slack", True)
        buttons = [LinkButtonElement(text="Open", url="https://example.com/2"), ButtonElement(text="No", action_id="n")]
        blocks = [HeaderBlock(text="Build 2"), SectionBlock(text="*failed*", accessory=buttons[0])]
        assert client.send(text="Build 2", blocks=blocks).body == "ok"
        assert receive(socket, 1)["data"]["msg"] == "# Build 2\n\n**failed**\n\n[Open](https://example.com/2)"
        for file in sorted(PAYLOADS.iterdir()):
            assert client.send_dict(json.loads(file.read_text())["payload"]).body == "ok"
            assert receive(socket, 1)["data"]["msg"]
        plain = Request(url, b"deployed", {"Content-Type": "application/x-www-form-urlencoded"})  # as `curl -d`
        with urlopen(plain) as response:
            assert response.read() == b"ok"
        assert receive(socket, 1)["data"]["msg"] == "deployed"
    assert (client.send(text="").status_code, client.send(text="").body) == (400, "no_text")
    [row] = ann.get("/hooks/?room=ops").json()["hooks"]
    assert ann.post("/hooks/", end=row["id"]).status == HTTPStatus.OK
    ended = client.send(text="x")
    assert (ended.status_code, ended.body) == (404, "no_service")
    assert ann.server.faults() == []


def test_a_flood_is_refused_and_people_write_meanwhile(ann: Visitor) -> None:
    url, statuses = hook(ann), list[int]()

    def flood() -> None:
        client = WebhookClient(url, retry_handlers=[])
        for _ in range(FLOOD // 4):
            statuses.append(client.send(text="x" * 1_000).status_code)

    threads = [threading.Thread(target=flood) for _ in range(4)]
    for thread in threads:
        thread.start()
    slowest = 0.0
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        assert ann.say("by a person", room="ops")["msg"] == "success"
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.2)  # a person's pace
    assert {*statuses} == {200, 429}
    assert statuses.count(200) < FLOOD // 2
    assert slowest < 5  # as long as a machine with other tests on it may take
    big = Request(url, b"x" * 10_000_000, {"Content-Type": "text/plain"})
    with pytest.raises(OSError, match=r"413|Broken pipe|reset"):
        urlopen(big)
    assert ann.server.faults() == []
