"""Notices of the log: they stand between the messages, whether they come live or in a page, and count as nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

TAKEN = """async () => {
    const {Store} = await import("/static/js/state/store.js");
    const store = new Store(1, "me");
    const entry = {room: "team", name: "Team", title: "Team", kind: "open", role: "member", frozen: false};
    const greeting = {type: 0, userid: 1, username: "me", epoch: "e", online: 1, userlist: [], more: false};
    store.take({...greeting, rooms: [{...entry, seq: 2, read: 2, unread: 0}]});
    const room = store.room("team");
    const time = "2026-11-30T10:00:00Z";
    const at = seq => ({room: "team", seq, id: seq, time});
    const said = seq => ({type: 1, data: {...at(seq), msg: "@all hello", user: "Ann", userid: 2}});
    room.replace([said(1).data, {...at(2), what: "added", by: 2, user: "Ann", userid: 1, username: "me"}], false, true);
    const counts = [];
    const take = frame => {
        store.take(frame);
        counts.push([room.last, room.unread, room.forMe]);
    };
    const muted = "2099-01-01T00:00:00Z";
    take({type: "notice", data: {...at(3), what: "removed", by: 2, user: "Ann", userid: 3, username: "Bob"}});
    take({type: "notice", data: {...at(4), what: "sung", by: 2, user: "Ann", msg: undefined}});
    take(said(5));
    take({type: "unheard-of", data: {...at(6), of: 5}});
    take({type: "room", room: "team", name: "Our team", title: "Our team", joined: true, seq: 6, frozen: true, muted});
    take({type: "delete", data: {...at(7), of: 5, by: 3, byname: "Bob", reason: "loud"}});
    const or = value => value ?? null;
    const kept = room.messages.map(({seq, what, deleted, byname}) => [seq, or(what), or(deleted), or(byname)]);
    return {counts, kept, until: room.mutedUntil, names: [...store.names], about: [room.name, room.frozen, room.role]};
}"""


def test_they_move_the_cursor_and_are_neither_unread_nor_for_anyone(visit: Opener, server: Server, two: Two) -> None:
    found: Any = visit(server, two[0]).greeted().page.evaluate(TAKEN)
    assert found["counts"] == [[3, 0, 0], [4, 0, 0], [5, 1, 1], [6, 1, 1], [6, 1, 1], [7, 1, 0]]
    kept = [[1, None, None, None], [2, "added", None, None], [3, "removed", None, None], [4, "sung", None, None]]
    assert found["kept"] == [*kept, [5, None, True, "Bob"]]
    assert found["until"] == "2099-01-01T00:00:00Z"
    assert found["about"] == ["Our team", True, "member"]
    assert found["names"] == [["me", 1], ["ann", 2]]


LINES = """async run => {
    const {line} = await import("/static/js/view/happenings.js");
    const made = line(run.map((notice, index) => ({seq: index + 1, time: "2026-11-30T10:00:00Z", ...notice})));
    return [made.hidden, ...[...made.querySelectorAll("p")].map(each => {
        each.querySelector("time").remove();
        return each.textContent.trim();
    })];
}"""


def test_what_one_person_does_in_a_row_is_one_line(visit: Opener, server: Server, two: Two) -> None:
    page = visit(server, two[0]).greeted().page

    def lines(*run: dict[str, Any]) -> Any:
        return page.evaluate(LINES, [{"by": 7, "user": "<b>Ann</b>"} | notice for notice in run])

    people = [{"userid": 900_000 + number, "username": f"P{number}"} for number in range(5)]
    added = [{"what": "added"} | person for person in people]
    assert lines(*added[:2]) == [False, "<b>Ann</b> added P0 and P1"]
    assert lines(*added) == [False, "<b>Ann</b> added P0, P1 and 3 more"]
    assert lines({"what": "added", "userid": two[0].userid, "username": "me"}) == [False, "<b>Ann</b> added you"]
    titles = [{"what": "renamed", "title": title} for title in ("One", "Two")]
    assert lines(*titles) == [False, "<b>Ann</b> named the room “Two”"]
    removed = [{"what": "removed"} | person for person in people[:3]]
    reasons = lines(removed[0], removed[1] | {"reason": "spam"}, removed[2])
    assert reasons == [False, "<b>Ann</b> removed P0 and P2", "<b>Ann</b> removed P1: spam"]
    assert lines({"what": "sung"}) == [True]
