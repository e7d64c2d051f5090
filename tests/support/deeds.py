"""Deeds in a room: each over HTTP and, where there is a frame for it, over the socket; and how one sees it done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client as Browser

from Dweb.models import Attachment, Event, Invitation, Membership, Report, Role, Room, RoomKind, event_id

from .scene import FILE, OWN_FILE, OWN_WORDS, TITLE, WORDS, Scene

Request = tuple[str, str, dict[str, Any]]  # method, path, fields
Frame = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """`done` looks whether it was done: at the database, or at what was answered and what the listener was sent."""

    http: Callable[[Scene], Request] | None
    frame: Callable[[Scene], Frame] | None
    done: Callable[[Scene, str, list[Frame]], bool]
    room: dict[str, Any] = field(default_factory=dict)  # what holds in the room meanwhile


def ask(browser: Browser, request: Request) -> Any:
    method, path, fields = request
    return getattr(browser, method)(path, fields)


def _get(path: str, **fields: Any) -> Callable[[Scene], Request]:
    return lambda scene: ("get", path.format(room=scene.room.name), {**fields, **_of_room(path, scene)})


def _of_room(path: str, scene: Scene) -> dict[str, Any]:
    return {} if "{room}" in path else {"room": scene.room.name}


def _send(kind: str, **fields: Any) -> dict[str, Callable[[Scene], Any]]:
    def http(scene: Scene) -> Request:
        return "post", "/msg_send/", {"type": kind, "room": scene.room.name, **fields}

    def frame(scene: Scene) -> Frame:
        return {"type": kind, "room": scene.room.name, **fields}

    return {"http": http, "frame": frame}


def _frame(kind: str, **fields: Any) -> dict[str, Any]:
    return {"http": None, "frame": lambda scene: {"type": kind, "room": scene.room.name, **fields}}


def _change(**fields: Any) -> dict[str, Any]:
    return {"http": lambda scene: ("post", f"/rooms/{scene.room.name}/", fields), "frame": None}


def _to(who: str, **fields: Any) -> dict[str, Any]:
    def http(scene: Scene) -> Request:
        return "post", f"/rooms/{scene.room.name}/members/", {"userid": scene.people[who].pk, **fields}

    return {"http": http, "frame": None}


def _answered(text: str) -> Callable[[Scene, str, list[Frame]], bool]:
    return lambda scene, answer, sent: text in answer


def _now(**expected: Any) -> Callable[[Scene, str, list[Frame]], bool]:
    return lambda scene, answer, sent: Room.objects.filter(pk=scene.room.pk, **expected).exists()


def _is(who: str, **expected: Any) -> Callable[[Scene, str, list[Frame]], bool]:
    """The membership of somebody, in the database."""

    def done(scene: Scene, answer: str, sent: list[Frame]) -> bool:
        user = scene.actor if who == "actor" else scene.people[who]
        return Membership.objects.filter(room=scene.room, user=user, **expected).exists()

    return done


def _gone(who: str) -> Callable[[Scene, str, list[Frame]], bool]:
    is_there = _is(who)
    return lambda scene, answer, sent: not is_there(scene, answer, sent)


def _says(seq: int, text: str) -> Callable[[Scene, str, list[Frame]], bool]:
    return lambda scene, answer, sent: Event.objects.filter(room=scene.room, seq=seq, text=text).exists()


def _is_in(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return scene.room.kind == RoomKind.LOBBY or _is("actor", banned=False)(scene, answer, sent)


def _types(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    assert scene.actor is not None
    return {"type": "typing", "room": scene.room.name, "userid": scene.actor.pk} in sent


def _marked(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return '"type": "read"' in answer


def _left(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    assert scene.actor is not None
    return not Membership.objects.filter(room=scene.room, user=scene.actor, banned=False).exists()


def _find(scene: Scene) -> Request:
    return "get", "/rooms/", {"q": TITLE[:4]}


def _resolve(scene: Scene) -> Request:
    return "post", f"/reports/{scene.report_id}/", {}


def _settled(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return Report.objects.filter(pk=scene.report_id, settled_by=scene.actor).exists()


def _reported(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return Report.objects.filter(room=scene.room, by=scene.actor).exists()


def _invited(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return Invitation.objects.filter(rooms=scene.room, by=scene.actor).exists()


def _has_file(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return Attachment.objects.filter(event=event_id(scene.room.pk, 3), file=OWN_FILE).exists()


WRITE = _send("1", txt="new words")

DEEDS: dict[str, Deed] = {
    "open it": Deed(
        lambda scene: ("get", "/news_chat/", {"num": scene.room.name}),
        lambda scene: {"type": "join", "room": scene.room.name},
        _is_in,
    ),
    "find it in the directory": Deed(_find, None, _answered(TITLE)),
    "see what it is and who is in it": Deed(_get("/rooms/{room}/"), None, _answered('"username": "Member"')),
    "read its messages": Deed(_get("/history/"), None, _answered(WORDS)),
    "list its files": Deed(_get("/files/"), None, _answered(FILE)),
    "read a file of it": Deed(lambda scene: ("get", f"/files/{FILE}/a.txt", {}), None, _answered("")),
    "list its members": Deed(_get("/members/"), None, _answered('"username": "Member"')),
    "search it": Deed(_get("/search/", q="words"), None, _answered(OWN_WORDS)),
    "write": Deed(**WRITE, done=_says(3, "new words")),
    "write with a file": Deed(**_send("1", files=OWN_FILE), done=_has_file),
    "write while it is frozen": Deed(**WRITE, done=_says(3, "new words"), room={"frozen": True}),
    "write while it is archived": Deed(**WRITE, done=_says(3, "new words"), room={"archived": True}),
    "edit one's own message": Deed(**_send("edit", seq=2, txt="changed"), done=_says(2, "changed")),
    "edit another's message": Deed(**_send("edit", seq=1, txt="changed"), done=_says(1, "changed")),
    "delete one's own message": Deed(**_send("delete", seq=2), done=_says(2, "")),
    "delete another's message": Deed(**_send("delete", seq=1, reason="rude"), done=_says(1, "")),
    "report a message": Deed(lambda scene: ("post", "/reports/", {"room": scene.room.name, "seq": 1}), None, _reported),
    "settle a report": Deed(_resolve, None, _settled),
    "show that one is typing": Deed(**_frame("typing"), done=_types),
    "move one's read mark": Deed(**_frame("read", seq=1), done=_marked),
    "choose one's level": Deed(**_frame("level", level="nothing"), done=_is("actor", level=2)),
    "pin it in one's list": Deed(**_frame("pinned", pinned=True), done=_is("actor", pinned=True)),
    "change the title": Deed(**_change(title="New"), done=_now(title="New")),
    "change the picture": Deed(**_change(picture=OWN_FILE), done=_now(picture=OWN_FILE)),
    "change the topic": Deed(**_change(topic="New"), done=_now(topic="New")),
    "freeze it": Deed(**_change(frozen=1), done=_now(frozen=True)),
    "archive it": Deed(**_change(archived=1), done=_now(archived=True)),
    "add somebody": Deed(**_to("outsider", role="member"), done=_is("outsider", role=Role.MEMBER)),
    "add a guest": Deed(**_to("a guest", role="member"), done=_is("a guest")),
    "add somebody as a moderator": Deed(**_to("outsider", role="moderator"), done=_is("outsider", role=Role.MODERATOR)),
    "add somebody who is banned": Deed(**_to("banned", role="member"), done=_is("banned", banned=False)),
    "invite by a link": Deed(lambda scene: ("post", "/invites/", {"rooms": scene.room.name}), None, _invited),
    "mute a member": Deed(**_to("member", mute=5), done=_is("member", muted_until__isnull=False)),
    "mute a moderator": Deed(**_to("moderator", mute=5), done=_is("moderator", muted_until__isnull=False)),
    "remove a member": Deed(**_to("member", remove=1), done=_gone("member")),
    "remove a moderator": Deed(**_to("moderator", remove=1), done=_gone("moderator")),
    "remove an owner": Deed(**_to("owner", remove=1), done=_gone("owner")),
    "ban a member": Deed(**_to("member", remove=1, ban=1), done=_is("member", banned=True)),
    "ban somebody who is not in it": Deed(**_to("outsider", remove=1, ban=1), done=_is("outsider", banned=True)),
    "make a member a moderator": Deed(**_to("member", role="moderator"), done=_is("member", role=Role.MODERATOR)),
    "make a moderator an owner": Deed(**_to("moderator", role="owner"), done=_is("moderator", role=Role.OWNER)),
    "make an owner a member": Deed(**_to("owner", role="member"), done=_is("owner", role=Role.MEMBER)),
    "leave it": Deed(**_frame("leave"), done=_left),
}


def _other_kind(scene: Scene) -> Request:
    other = "open" if scene.room.kind == RoomKind.PRIVATE else "private"
    return "post", f"/rooms/{scene.room.name}/", {"kind": other}


def _is_of_other_kind(scene: Scene, answer: str, sent: list[Frame]) -> bool:
    return Room.objects.get(pk=scene.room.pk).kind != scene.room.kind


DEEDS["change the kind"] = Deed(_other_kind, None, _is_of_other_kind)
