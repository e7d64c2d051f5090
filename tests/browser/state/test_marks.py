"""Read marks: when they are sent, and sent again."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocketRoute, expect

from ...support.server import Server, Visitor
from ..tab import Tab, attempts

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def test_marks_of_many_rooms_are_sent_bit_by_bit(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    tab.page.clock.install()
    tab.stop_clock()
    counts = tab.page.evaluate(
        """async () => {
            const {Marks} = await import("/static/js/state/marks.js");
            globalThis.sent = [];
            const marks = new Marks(frame => sent.push(frame.room));
            for (let number = 0; number < 150; number++) marks.note({room: `room${number}`, last: 5, read: 5});
            marks.flush();
            return sent.length;
        }"""
    )
    assert counts == 10
    tab.page.clock.run_for(5_000)
    assert tab.page.evaluate("sent.length") == 60
    tab.page.clock.run_for(20_000)
    assert sorted(tab.page.evaluate("sent")) == sorted(f"room{number}" for number in range(150))


def test_mark_that_is_refused_is_sent_again_without_a_notice(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    tab = visit(server, two[0]).greeted()
    tab.page.clock.install()
    asked: list[int] = []

    def between(socket: WebSocketRoute) -> None:
        far = socket.connect_to_server()

        def answer(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] == "read":
                asked.append(frame["seq"])
                if len(asked) == 1:
                    refusal = {"error": "too_fast", "detail": "Too much at once.", "stored": False, "wait": 0.1}
                    return socket.send(json.dumps({"type": "error", "cid": frame["cid"], **refusal}))
            far.send(message)

        socket.on_message(answer)

    tab.page.route_web_socket("**/chat/", between)
    tab.go(f"/news_chat/?num={room}")
    tab.greeted()
    two[1].say("hello", room=room)
    expect(tab.message("hello")).to_be_visible()
    for _ in attempts(tab.page, "the mark again"):
        if len(asked) >= 2:
            break
        tab.page.clock.run_for(200)
    assert asked == [1, 1]
    expect(tab.notice).to_be_hidden()
