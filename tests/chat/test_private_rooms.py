"""A private room or chat of others is, at every address and frame, word for word a room that does not exist."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from django.urls import URLPattern

from Dweb import urls
from Dweb.chat import members, prices, rooms
from Dweb.chat.rates import Rates
from Dweb.live.direct import room_of_several
from Dweb.models import Attachment, BotKind, File, Hook, Membership, Report, Role, Room, RoomKind, User, event_id
from Dweb.runtime import Runtime
from Dweb.views.frames import FRAMES

from ..support.fakes import FakeWebSocket, make_room, make_user, sign_in, talk
from ..support.said import write
from ..support.scene import stored

SECRET, NOWHERE = "~qwertzuiop", "~asdfghjkly"
ONCE_OPEN, NEVER_MADE = "plans", "slant"  # such a name opens a room that nobody else has: it is not asked for below
OF_OTHERS, OF_NOBODY = room_of_several({70, 71, 72}), room_of_several({80, 81, 82})  # chats of several
WORDS = "herons at noon"
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]+"')
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}

PLACES = {"{room}", "{event}", "{file}", "{report}", "{id}", "{owner}"}

Asked = tuple[str, str, dict[str, Any]]  # method, path, fields

# Every name in urls.py: what one asks there of a room, where {room}, {id}, {event}, {report} and {owner} stand for its
# name, its key, a message of it, a report of that and a person in it; () for what takes no room.
ADDRESSES: dict[str, tuple[Asked, ...]] = {
    "news_chat": (("get", "/news_chat/", {"num": "{room}"}), ("get", "/news_chat/", {"group_id": "{room}"})),
    "msg_send": (
        ("post", "/msg_send/", {"type": "1", "txt": "x", "room": "{room}"}),
        ("post", "/msg_send/", {"type": "1", "txt": "x", "room": "{room}", "files": "{file}"}),
        ("post", "/msg_send/", {"type": "1", "txt": "x", "room": "theirs", "files": "{file}"}),
        ("post", "/msg_send/", {"type": "1", "txt": "x @all", "room": "{room}", "reply": 1, "cid": "c"}),
        ("post", "/msg_send/", {"type": "edit", "txt": "x", "room": "{room}", "seq": 1}),
        ("post", "/msg_send/", {"type": "edit", "txt": "x", "room": "{room}", "seq": 2}),
        ("post", "/msg_send/", {"type": "delete", "room": "{room}", "seq": 2, "reason": "x"}),
    ),
    "events": (
        ("get", "/events/", {"rooms": "{room},lobby", "wait": 0}),
        ("get", "/events/", {"rooms": "{room}"}),
        ("get", "/events/", {"last": '{{"{room}":0}}', "wait": 0}),
        ("post", "/events/", {"frame": '{{"type":"1","room":"{room}","txt":"x"}}'}),
        ("post", "/events/", {"frame": '{{"type":"read","room":"{room}","seq":1}}'}),
        ("post", "/events/", {"frame": '{{"type":"typing","room":"{room}"}}'}),
    ),
    "history": (("get", "/history/", {"room": "{room}"}), ("get", "/history/", {"room": "{room}", "after": 0})),
    "search": (
        ("get", "/search/", {"q": "herons", "room": "{room}"}),
        ("get", "/search/", {"q": "herons"}),
        ("get", "/search/", {"q": "herons", "before": "{event}"}),
    ),
    "files": (
        ("get", "/files/", {"room": "{room}"}),
        ("get", "/files/", {"room": "{room}", "q": "secret", "before": "{event}"}),
    ),
    "pictures": (("get", "/pictures/", {"rooms": "{room},lobby", "users": 1}),),
    "upload": (
        ("get", "/files/{file}/", {}),
        ("post", "/files/{file}/", {"discard": 1}),
    ),
    "file": (("get", "/files/{file}/secret.txt", {}), ("head", "/files/{file}/secret.txt", {})),
    "preview": (("get", "/files/{file}/preview", {}), ("get", "/files/{file}/preview", {"size": "large"})),
    "latest": (("get", "/latest/", {}),),
    "users": (("get", "/users/", {}), ("get", "/users/", {"q": "m"}), ("get", "/users/", {"all": 1})),
    "members": (("get", "/members/", {"room": "{room}"}),),
    "commands": (("get", "/commands/", {"room": "{room}"}),),
    "person": (("get", "/people/{owner}/", {}),),
    "rooms": (
        ("get", "/rooms/", {}),
        ("get", "/rooms/", {"q": "secret"}),
        ("get", "/rooms/", {"after": "{room}"}),
        ("post", "/rooms/", {"title": "Mine", "room": "{room}"}),
    ),
    "room": (
        ("get", "/rooms/{room}/", {}),
        ("get", "/rooms/{room}/", {"after": 1}),
        *(("post", "/rooms/{room}/", fields) for fields in ({"title": "x"}, {"topic": ""}, {"kind": "private"})),
        *(("post", "/rooms/{room}/", fields) for fields in ({"frozen": 1}, {"archived": 0}, {"title": "", "kind": 7})),
    ),
    "room_members": tuple(
        ("post", "/rooms/{room}/members/", {"userid": 1, **fields})
        for fields in ({"role": "member"}, {"role": "owner"}, {"remove": 1, "ban": 1}, {"mute": 5}, {"mute": "x"})
    ),
    "invites": (
        ("post", "/invites/", {"rooms": "{room}"}),
        ("post", "/invites/", {"rooms": "{room}", "role": "guest"}),
    ),
    "hooks": (
        ("get", "/hooks/", {"room": "{room}"}),
        ("post", "/hooks/", {"name": "x", "room": "{room}"}),
        ("post", "/hooks/", {"end": "{hook}"}),
    ),
    "hook": (("post", "/hooks/x/", {"text": "x"}),),
    "reports": (("get", "/reports/", {}), ("post", "/reports/", {"room": "{room}", "seq": 1})),
    "report": (("post", "/reports/{report}/", {"reason": "x"}),),
    "tokens": (("post", "/tokens/", {"name": "x", "rooms": "{room}"}),),
    "manage_room": (
        ("get", "/manage/rooms/{id}/", {}),
        ("post", "/manage/rooms/{id}/", {"deed": "archive"}),
        ("post", "/manage/rooms/{id}/", {"deed": "delete", "title": "Secret plans"}),
    ),
    "manage_rooms": (("get", "/manage/rooms/", {}), ("get", "/manage/rooms/", {"q": "secret"})),
    "manage_record": (("get", "/manage/record/", {}),),
    "manage_invitations": (("get", "/manage/invitations/", {}),),
    **dict.fromkeys(("sign_in", "setup", "register", "waiting", "waiting_state", "sign_out", "password_change"), ()),
    **dict.fromkeys(("chat", "join", "blocks", "healthz", "metrics", "set_language", "javascript-catalog"), ()),
    **dict.fromkeys(("api", "profile", "sessions", "handover", "handover_device", "password_link"), ()),
    **dict.fromkeys(("manage", "manage_place", "manage_people", "manage_new_account", "manage_import"), ()),
    **dict.fromkeys(("manage_person", "manage_health", "manage_bots", "manage_outgoing", "manage_outgoing_hook"), ()),
    "manage_new_bot": (
        ("get", "/manage/bots/new/", {}),
        ("post", "/manage/bots/new/", {"username": "x", "account": "x", "rooms": "{room}"}),
    ),
}

Said = dict[str, Any]  # a frame

# Every frame of a client: the same.
SAID: dict[str, tuple[Said, ...]] = {
    "1": ({"txt": "x"}, {"files": "{file}"}, {"txt": "x", "reply": 1, "cid": "c"}),
    "edit": ({"seq": 1, "txt": "x"}, {"seq": 2, "txt": "x", "cid": "c"}),
    "delete": ({"seq": 1}, {"seq": 2, "reason": "x", "cid": "c"}),
    "hello": ({"last": {"{room}": 0}}, {"last": {"{room}": 1}, "epoch": "other"}, {}),
    "read": ({"seq": 0}, {"seq": 2}),
    "typing": ({},),
    "join": ({},),
    "leave": ({},),
    "level": ({"level": "nothing"}, {"level": "all"}),
    "pinned": ({"pinned": True}, {"pinned": False}),
    "hidden": ({"hidden": True}, {"hidden": False}),
    **dict.fromkeys(("0", "ping", "quiet"), ()),
}
OUTSIDERS = ("stranger", "guest", "removed", "banned", "admin")
# Who reports a message shows it to the admins, who may also delete any room.
BY_DESIGN = {("admin", address) for address in ADDRESSES if address.startswith(("report", "manage"))}


def patterns(some: Sequence[Any]) -> Iterator[URLPattern]:
    for each in some:
        yield from [each] if isinstance(each, URLPattern) else patterns(each.url_patterns)


def test_no_address_and_no_frame_is_forgotten() -> None:
    addresses = {str(each.name): str(each.pattern) for each in patterns(urls.urlpatterns)}
    assert ADDRESSES.keys() == addresses.keys()
    assert all(ADDRESSES[name] for name, pattern in addresses.items() if re.search("name>|room", pattern))
    assert SAID.keys() == FRAMES.keys()


@pytest.fixture(autouse=True)
def counted(live: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody runs out, and what each thing costs is counted; but not the time of a search."""
    monkeypatch.setattr(prices, "SEARCH_SECONDS", 1e9)
    live.rates = live.typing_rates = live.frame_rates = Rates(1e6, 10**9)
    live.rates.take_counts()


@pytest.fixture(params=OUTSIDERS)
def outsider(request: pytest.FixtureRequest, db: None) -> tuple[str, User]:
    account = {"guest": {"is_guest": True}, "admin": {"is_superuser": True}}.get(request.param, {})
    user = make_user(request.param, **account)
    make_room("theirs", user)
    return request.param, user


@pytest.fixture
def make_secrets(live: Runtime, outsider: tuple[str, User]) -> Callable[[], User]:
    """Makes two private rooms, one of which was open; the outsider was in both of them, unless they never were.

    And a chat of several, which nobody leaves.
    """

    def make() -> User:
        who, user = outsider
        owner = make_user("Maria")
        for name in (SECRET, ONCE_OPEN):
            room = make_room(name, owner=owner, title="Secret plans", kind=RoomKind.PRIVATE)
            write(room, owner, [WORDS])
            if who in ("removed", "banned"):
                Membership.objects.create(room=room, user=user, role=Role.MODERATOR)
                write(room, user, ["herons, too"])
                live.marks.note(user.pk, room.pk, 1)
                live.marks.store()
                members.remove(live, owner, name, user.pk, "", ban=who == "banned")
                room.refresh_from_db()
            write(room, owner, ["more herons"])
            Report.objects.create(room=room, seq=1, by=owner)
            attach(owner, room)
            hook(owner, room)
        chat = make_room(OF_OTHERS, owner, make_user("Nina"), make_user("Otto"))
        write(chat, owner, [WORDS, "more herons"])
        Report.objects.create(room=chat, seq=1, by=owner)
        attach(owner, chat)
        hook(owner, chat)
        return owner

    return make


def attach(owner: User, room: Room) -> None:
    """Gives the room's first message a picture."""
    file = File.objects.create(
        id=file_of(room.pk), owner=owner, name="secret.png", size=9, stored="s", width=1, height=1
    )
    Room.objects.filter(pk=room.pk).update(picture=file.pk)
    Attachment.objects.create(event=event_id(room.pk, 1), file=file, place=0)


def hook(owner: User, room: Room) -> None:
    """Gives a room a webhook, with the author of its messages."""
    author = make_user(f"hook-{room.pk}", username="Marias secret herons", bot=BotKind.HOOK, is_guest=True)
    Hook.objects.create(room=room, bot=author, by=owner, digest=str(room.pk))


def file_of(number: int) -> str:
    return f"file{number:012}"


Names = dict[str, str]


def there(room: str) -> Names:
    found = Room.objects.get(name=room)
    report, hook = Report.objects.get(room=found).pk, Hook.objects.get(room=found).pk
    ids = {"report": f"{report:012}", "id": f"{found.pk:012}", "owner": owner_of(found), "file": file_of(found.pk)}
    return {"room": room, "event": str(event_id(found.pk, 1)), "hook": f"{hook:012}", **ids}


def not_there(room: str, instead: str) -> Names:
    found = Room.objects.get(name=room)
    return {
        "room": instead,
        "event": str(event_id(found.pk, 1_001)),
        "report": f"{987_654:012}",
        "id": f"{987_655:012}",
        "owner": owner_of(found),
        "file": file_of(987_656),
        "hook": f"{987_657:012}",
    }


def owner_of(room: Room) -> str:
    """People are no secret, but for guests: it is the same in both cases."""
    return f"{Membership.objects.filter(room=room).order_by('-role', 'pk')[0].user_id:012}"


def filled(value: Any, names: Names) -> Any:
    if isinstance(value, dict):
        return {filled(key, names): filled(each, names) for key, each in value.items()}
    return value.format(**names) if isinstance(value, str) else value


def without_names(answer: str, names: Names) -> str:
    """The answer, with the same word for what was asked for."""
    for what, name in names.items():
        for written in (name, quote(name), quote(quote(name))):
            answer = answer.replace(written, what)
    return TOKEN.sub("token", answer)


def asked(live: Runtime, browser: Browser, what: Asked, names: Names, headers: dict[str, str]) -> tuple[object, ...]:
    """All that one sees of an answer, and what it cost."""
    method, path, fields = filled(list(what[:1]), names)[0], filled(what[1], names), filled(what[2], names)
    answer = getattr(browser, method)(path, fields, headers=headers)
    seen = {name: value for name, value in answer.headers.items() if name not in ("Expires", "X-Request-ID")}
    return answer.status_code, seen, without_names(answer.content.decode(), names), cost(live)


def told(live: Runtime, user: User, kind: str, said: Said, names: Names, *, greeted: bool) -> tuple[object, ...]:
    frame = {"type": kind, "room": names["room"], **filled(said, names)}
    frames = talk(live, user, *([{"type": "hello"}] if greeted else []), frame, session="s")
    return without_names(repr(frames), names), cost(live)


def cost(live: Runtime) -> dict[int, float]:
    return {user_id: round(tokens, 6) for user_id, tokens in live.rates.take_counts().items()}


@pytest.mark.parametrize(("secret", "nowhere"), [(SECRET, NOWHERE), (ONCE_OPEN, NEVER_MADE), (OF_OTHERS, OF_NOBODY)])
def test_addresses_and_frames(
    live: Runtime,
    outsider: tuple[str, User],
    make_secrets: Callable[[], User],
    connect: Callable[[User], FakeWebSocket],
    secret: str,
    nowhere: str,
) -> None:
    who, user = outsider
    watcher = connect(make_secrets())
    browser = sign_in(user)
    talk(live, user, {"type": "hello"}, session="s")  # who has seen the lobby once, has a mark there
    names, others = there(secret), not_there(secret, nowhere)
    live.rates.take_counts()
    before = stored(live)
    for address, requests in ADDRESSES.items():
        for request in requests:
            for headers in ({}, ELSEWHERE) if address == "news_chat" else ({},):
                makes = (address == "news_chat" and not headers) or (address == "rooms" and request[0] == "post")
                if (who, address) in BY_DESIGN or (makes and secret == ONCE_OPEN):
                    continue
                seen = asked(live, browser, request, names, headers)
                assert seen == asked(live, browser, request, others, headers), request
                assert "herons" not in str(seen[2]), request
                assert address != "person" or "Secret plans" not in str(seen[2])
    for kind, frames in SAID.items():
        for said in frames if kind != "join" or secret != ONCE_OPEN else ():
            for greeted in (False, True):
                seen = told(live, user, kind, said, names, greeted=greeted)
                assert seen == told(live, user, kind, said, others, greeted=greeted), (kind, said)
    assert stored(live) == before
    assert watcher.frames() == []


def test_what_takes_no_room_is_as_if_there_were_none(
    live: Runtime, outsider: tuple[str, User], make_secrets: Callable[[], User]
) -> None:
    """Lists, searches and the greeting, before such rooms are made and afterwards."""
    who, user = outsider
    make_user("Mallory")
    browser = sign_in(user)
    lists = [
        each
        for address, requests in ADDRESSES.items()
        for each in requests
        if each[0] == "get"
        and not PLACES & {*each[2].values(), *each[1].split("/")}
        and (who, address) not in BY_DESIGN
    ]

    def seen() -> Iterator[object]:
        nothing = {"room": "?" * 9}
        for each in lists:
            yield asked(live, browser, each, nothing, {})
        yield talk(live, user, {"type": "hello"}, {"type": "hello", "last": {}}, session="s")

    talk(live, user, session="s")  # who has been there stays online for a while
    live.rates.take_counts()
    before = [*seen()]
    make_secrets()
    User.objects.filter(username__in=["Maria", "Nina", "Otto"]).update(
        is_active=False
    )  # people are no secret, but for guests
    live.rates.take_counts()
    assert [*seen()] == before
    assert len(lists) >= 6


def test_a_guest_learns_nothing_of_an_open_room_either(live: Runtime, db: None) -> None:
    user = make_user("guest", is_guest=True)
    owner = make_user("owner")
    room = make_room("plans", owner=owner, title="Secret plans")
    write(room, owner, [WORDS])
    Report.objects.create(room=room, seq=1, by=owner)
    hook(owner, room)
    names, others = there("plans"), not_there("plans", NEVER_MADE)
    browser = sign_in(user)
    before = stored(live)
    for request in (each for requests in ADDRESSES.values() for each in requests):
        assert asked(live, browser, request, names, {}) == asked(live, browser, request, others, {}), request
    for kind, frames in SAID.items():
        for said in frames:
            seen = told(live, user, kind, said, names, greeted=True)
            assert seen == told(live, user, kind, said, others, greeted=True), (kind, said)
    assert stored(live) == before


def test_a_kept_name_makes_no_room(live: Runtime, alice: User) -> None:
    for name in (NOWHERE, "~zzzzzzzzzz"):
        with pytest.raises(Exception, match="There is no room"):
            rooms.join(live, alice, name)
    assert not Room.objects.filter(name__startswith="~").exists()
