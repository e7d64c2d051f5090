"""docs/permissions.md: each cell of its tables is tried, over HTTP and over the socket."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from Dweb.chat.rates import Rates
from Dweb.models import Room, RoomKind, User
from Dweb.runtime import Runtime

from ..support.deeds import DEEDS, Deed, ask
from ..support.fakes import FakeWebSocket, talk
from ..support.scene import ROLES, WORDS, Scene, set_up, stored
from ..support.server import ROOT

TABLES = {"An open room": RoomKind.OPEN, "A private room": RoomKind.PRIVATE, "The lobby": RoomKind.LOBBY}
REFUSALS = {
    "no": (403, "forbidden"),
    "frozen": (403, "frozen"),
    "muted": (403, "muted"),
    "404": (404, "not_found"),
    "401": (401, "not_signed_in"),
    "400": (400, "bad_input"),
}


def cells(title: str) -> dict[str, dict[str, str]]:
    """The table under a title: by the role, what each deed comes to."""
    text = (ROOT / "docs" / "permissions.md").read_text()
    [section] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    head, _, *rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return {role: {deed: row[at] for deed, *row in rows} for at, role in enumerate(head[1:])}


@pytest.fixture(autouse=True)
def free(live: Runtime, settings: Any) -> None:
    """Nothing has a price here, and an nginx would send the files."""
    settings.FILES_ACCEL = "/stored/"
    live.rates = live.typing_rates = live.frame_rates = Rates(1e6, 10**9)


@pytest.mark.django_db
@pytest.mark.parametrize(("title", "role"), [(title, role) for title in TABLES for role in cells(title)])
def test_each_role_may_do_what_the_table_says(
    live: Runtime, connect: Callable[[User], FakeWebSocket], title: str, role: str
) -> None:
    scene = set_up(TABLES[title], role)
    listener = connect(scene.people["listener"])
    live.marks._gathered.clear()
    before = stored(live)
    wrong = {}
    for name, cell in cells(title)[role].items():
        for way in (over_http, over_the_socket):
            with transaction.atomic():
                Room.objects.filter(pk=scene.room.pk).update(**DEEDS[name].room)
                came = way(live, scene, DEEDS[name], cell, listener, before)
                if came not in (None, cell):
                    wrong[name, way.__name__] = (cell, came)
                transaction.set_rollback(True)
            live.marks._gathered.clear()
    assert wrong == {}


def over_http(
    live: Runtime, scene: Scene, deed: Deed, cell: str, listener: FakeWebSocket, before: dict[str, Any]
) -> str | None:
    if deed.http is None:
        return None
    answer = ask(scene.browser, deed.http(scene))
    text = answer.content.decode()
    is_page = not answer["Content-Type"].startswith("application/json")
    if is_page and answer.status_code == 302:
        return "401" if answer["Location"].startswith("/?next=") else answer["Location"]
    if cell == "hidden":
        return "hidden" if answer.status_code == 200 and json.loads(text)["rooms"] == [] else "seen"
    if answer.status_code == 200:
        return "yes" if deed.done(scene, text, listener.frames()) else "nothing"
    status, code = REFUSALS.get(cell, (0, ""))
    if answer.status_code != status or (not is_page and json.loads(text)["error"] != code):
        return f"{answer.status_code} {text[:200]}"
    if cell == "muted":
        assert 0 < int(answer["Retry-After"]) <= 3600
    return cell if is_untouched(live, deed, text, listener, before) else "something"


def over_the_socket(
    live: Runtime, scene: Scene, deed: Deed, cell: str, listener: FakeWebSocket, before: dict[str, Any]
) -> str | None:
    if deed.frame is None or scene.actor is None:
        return None
    frames = talk(live, scene.actor, {**deed.frame(scene), "cid": "c"}, session="s")
    text = json.dumps(frames, ensure_ascii=False)
    errors = [frame["error"] for frame in frames if frame["type"] == "error"]
    if not errors:
        return "yes" if deed.done(scene, text, listener.frames()) else "nothing"
    expected = [REFUSALS.get(cell, (0, ""))[1]]
    if cell != "401" and errors != expected:
        return f"{errors}"
    return cell if is_untouched(live, deed, text, listener, before) else "something"


def is_untouched(live: Runtime, deed: Deed, answer: str, listener: FakeWebSocket, before: dict[str, Any]) -> bool:
    """True if a refusal has changed nothing, told nothing, and nobody else has seen anything of it."""
    after = stored(live)
    if deed.room:
        before = {**before, "Room": after["Room"]}
    return after == before and listener.frames() == [] and WORDS not in answer


def test_the_tables_have_every_deed_and_every_role() -> None:
    tables = {title: cells(title) for title in TABLES}
    everyone = ["anonymous", *ROLES]
    assert [*tables["An open room"]] == [*tables["A private room"]] == everyone
    assert set(tables["The lobby"]) < set(everyone)
    named = {deed for table in tables.values() for deeds in table.values() for deed in deeds}
    assert named == DEEDS.keys()
