"""The list of rooms: in parts, after a reconnection too, and what others can make the page hold."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from ...support import chronicle
from ...support.server import Server, Visitor
from ..network import Line
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

CHATS = 40
PART_BYTES = 4_000  # of which the list needs several


@pytest.fixture
def parted(make_server: Callable[..., Server]) -> Server:
    return make_server(GREETING_PART_BYTES=PART_BYTES, PRIVATE_CHATS_PER_HOUR=0)


def test_rooms_of_all_parts_are_listed_open_and_live(parted: Server, visit: Opener) -> None:
    [person] = parted.people(1)
    chats = chronicle.fill_strangers(parted, CHATS, person)
    tab = visit(parted, person, f"/news_chat/#{chats[0]}").greeted()  # the room of the last part
    expect(tab.page.locator("#directs button")).to_have_count(CHATS)
    expect(tab.texts).to_have_text(["hello"])
    person.say("live", type="0", userto=chats[0].split(".")[1])
    expect(tab.texts).to_have_text(["hello", "live"])


def test_a_reconnection_keeps_the_rooms_of_later_parts_and_drops_those_that_were_left(
    parted: Server, visit: Opener
) -> None:
    [person] = parted.people(1)
    for name in ("left", "kept"):
        person.get(f"/news_chat/?num={name}")
    chats = chronicle.fill_strangers(parted, CHATS, person)
    tab = visit(parted, person, f"/news_chat/#{chats[0]}").greeted()
    expect(tab.texts).to_have_text(["hello"])
    expect(tab.room("left")).to_be_visible()
    tab.may_lose_connection()
    line = Line(tab)
    line.cut()
    expect(tab.status).to_contain_text("The connection is lost.")
    leave(person, "left")
    person.say("missed", type="0", userto=chats[0].split(".")[1])
    line.whole = True
    line.until_answered("ready")
    expect(tab.texts).to_have_text(["hello", "missed"])
    expect(tab.room("left")).to_have_count(0)
    expect(tab.room("kept")).to_be_visible()
    expect(tab.page.locator("#directs button")).to_have_count(CHATS)
    expect(tab.notice).to_be_hidden()


def leave(person: Visitor, room: str) -> None:
    with person.greeted() as socket:
        socket.send(f'{{"type":"leave","room":"{room}"}}')
        while '"joined":false' not in str(socket.recv(timeout=10)):
            pass


def test_a_private_chat_beyond_the_quota_holds_up_no_other_message(parted: Server, visit: Opener) -> None:
    """It fails with the reason, though the server names a time to wait: for an hour nothing else would be sent."""
    [person, other] = parted.people(2)
    tab = visit(parted, person, f"/news_chat/#@{person.userid}.{other.userid}").greeted()
    tab.may_say("status of 429")
    tab.say("psst")
    expect(tab.message("psst")).to_contain_text("Too many new private chats")
    tab.room("lobby").click()
    tab.say("hello")
    expect(tab.message("hello")).to_have_attribute("data-seq", "1")


STORE = """async () => {
    const {Store} = await import("/static/js/state/store.js");
    const store = new Store(1, "me");
    const state = {name: "Ann", seq: 4e6, read: 4e6, unread: 0};
    const rooms = Array.from({length: 5000}, (_, number) => ({room: `@1.${number + 2}`, ...state}));
    const people = {userid: 1, username: "me", epoch: "e", online: 1, userlist: []};
    store.take({type: 0, ...people, rooms: rooms.slice(0, 2500), more: true});
    const last = store.room("@1.5001");
    const known = [store.knows(store.room("@1.2")), store.knows(last)];
    store.take({type: "rooms", rooms: rooms.slice(2500), more: false});
    known.push(store.knows(last));
    last.expect();
    last.replace([{seq: 4e6, msg: "hello", user: "Ann", userid: 5001}], false, true);
    const hello = store.hello();
    const forgotten = [...store.rooms.values()].filter(room => room.last === null).map(({room}) => room);
    const reset = [];
    store.addEventListener("reset", ({detail: {room}}) => reset.push(room));
    store.take({type: 0, ...people, rooms: rooms.slice(0, 2500), more: true});
    store.take({type: "rooms", rooms: rooms.slice(2500), more: false});
    const bytes = new TextEncoder().encode(JSON.stringify(hello)).length;
    return {known, bytes, asked: Object.keys(hello.last), forgotten, reset, left: store.rooms.size};
}"""


def test_the_hello_of_a_page_with_thousands_of_rooms_fits_into_a_frame(visit: Opener, server: Server, two: Two) -> None:
    """Or no reconnection would succeed. Rooms with messages are resumed; of others, those beyond are loaded again."""
    found: Any = visit(server, two[0]).greeted().page.evaluate(STORE)
    assert found["known"] == [True, False, True]
    assert 40_000 < found["bytes"] < 64 * 1024
    assert found["asked"][0] == "@1.5001"
    assert len(found["asked"]) + len(found["forgotten"]) == 5_000 == found["left"]
    assert sorted(found["reset"]) == sorted(found["forgotten"]) != []


NAMED = """async () => {
    const {Store} = await import("/static/js/state/store.js");
    const store = new Store(1, "me");
    const rooms = ["lobby", "__proto__", "constructor"].map(room => ({room, name: room, seq: 7, read: 7, unread: 0}));
    store.take({type: 0, userid: 1, username: "me", epoch: "e", online: 1, userlist: [], rooms, more: false});
    return JSON.stringify(store.hello().last);
}"""


def test_a_room_is_resumed_whatever_its_name(visit: Opener, server: Server, two: Two) -> None:
    found = json.loads(visit(server, two[0]).greeted().page.evaluate(NAMED))
    assert found == {"lobby": 7, "__proto__": 7, "constructor": 7}


CHANGES = """async () => {
    const {Room} = await import("/static/js/state/room.js");
    const room = new Room("lobby", "Lobby", () => false);
    room.greet("Lobby", 5000, 5000, 0);
    room.replace([], true, true);
    for (let of = 1; of <= 1500; of++) room.take({seq: 5000 + of, of, msg: "changed", time: "2026"});
    room.prepend([1, 1500].map(seq => ({seq, msg: "as the page has it"})), false);
    return room.messages.map(({msg}) => msg);
}"""


def test_changes_of_messages_that_are_not_loaded_are_not_gathered_without_end(
    visit: Opener, server: Server, two: Two
) -> None:
    """A page that is requested after a change has it: only newer changes are needed."""
    assert visit(server, two[0]).greeted().page.evaluate(CHANGES) == ["as the page has it", "changed"]


QUOTES = """async () => {
    const {Quotes} = await import("/static/js/state/quotes.js");
    let asked = 0;
    globalThis.fetch = () => new Promise(() => asked++);
    const quotes = new Quotes(() => {});
    const room = {room: "lobby"};
    for (let seq = 1; seq <= 1500; seq++) quotes.find(room, seq);
    quotes.find(room, 1500);
    quotes.find(room, 1);
    return asked;
}"""


def test_messages_that_others_quote_are_not_gathered_without_end(visit: Opener, server: Server, two: Two) -> None:
    assert visit(server, two[0]).greeted().page.evaluate(QUOTES) == 1_501
