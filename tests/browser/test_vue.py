"""examples/vue: built, served by Vite in front of a whole server, and used."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from ..support.javascript import NODE, run_npm
from ..support.mariadb import free_port
from ..support.programs import program_of
from ..support.server import ROOT, START_SECONDS, Server, Visitor, receive
from ..support.waiting import wait_until
from .tab import LONGER, Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

PARTS = ("index.html", "package.json", "package-lock.json", "vite.config.js", "src")
PASSWORD = "unused"


class Front:
    """Vite's server of what was built."""

    def __init__(self, folder: Path, server: Server) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        vite = [str(NODE), "node_modules/vite/bin/vite.js", "preview", "--host", "127.0.0.1", "--strictPort"]
        command = [*vite, "--port", str(port)]
        env = {**os.environ, "DWEB_URL": server.url}
        with (folder / "preview.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(port)], cwd=folder, env=env, stdout=log, stderr=log
            )
        wait_until(lambda: "Local" in (folder / "preview.log").read_text(), START_SECONDS)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example, with what it needs from npm, and beside it the client as it lies."""
    root = tmp_path_factory.mktemp("vue")
    folder = root / "examples" / "vue"
    folder.mkdir(parents=True)
    (root / "static").symlink_to(ROOT / "static")
    for part in PARTS:
        source = ROOT / "examples" / "vue" / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    run_npm(folder, "ci", "--no-audit", "--no-fund")
    run_npm(folder, "run", "build")
    return folder


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server()


@pytest.fixture
def front(built: Path, server: Server) -> Iterator[Front]:
    made = Front(built, server)
    yield made
    made.close()


@pytest.fixture
def two(server: Server) -> list[Visitor]:
    return server.people(2)


@pytest.fixture
def tab(front: Front, visit: Callable[..., Tab]) -> Tab:
    made = visit(front, path="/vue/")
    made.may_lose_connection()
    made.may_say("status of (401|50[0-9])")
    return made


def said(tab: Tab, text: str) -> Locator:
    return tab.page.locator("#messages li:not(.waiting) .text").filter(has_text=text)


def write(tab: Tab, text: str) -> None:
    tab.page.get_by_role("textbox", name="Message").fill(text)
    tab.page.get_by_role("button", name="Send").click()


def online(tab: Tab) -> None:
    expect(tab.page.locator("#state")).to_have_text("online", timeout=LONGER * 1_000)


def test_groups_and_private_chats_are_live_through_a_restart(tab: Tab, server: Server, two: list[Visitor]) -> None:
    ann, bob = two
    tab.page.locator("[name=account]").fill(ann.username.lower())
    tab.page.locator("[name=password]").fill(PASSWORD)
    tab.page.get_by_role("button", name="Sign in").click()
    online(tab)
    tab.page.locator("[name=room]").fill("club")
    tab.page.locator("[name=room]").press("Enter")
    write(tab, "to the club")
    expect(said(tab, "to the club")).to_have_count(1)
    assert [each["data"]["msg"] for each in ann.get("/history/?room=club").json()["events"]] == ["to the club"]
    with bob.greeted() as socket:
        bob.get("/news_chat/?num=club")
        bob.say("from another one", room="club")
        expect(said(tab, "from another one")).to_have_count(1)
        tab.page.locator("#people").get_by_role("button", name=bob.username).click()
        write(tab, "between us")
        frame = receive(socket, 1)
        while frame["data"]["msg"] != "between us":
            frame = receive(socket, 1)
        assert frame["data"]["userid"] == ann.userid
        bob.say("an answer", type="0", userto=ann.userid)
        expect(said(tab, "an answer")).to_have_count(1)
    server.kill()
    expect(tab.page.locator("#state")).not_to_have_text("online")
    write(tab, "while it was away")
    server.start()
    bob.say("after it", type="0", userto=ann.userid)
    online(tab)
    for text in ("while it was away", "after it", "an answer", "between us"):
        expect(said(tab, text)).to_have_count(1, timeout=LONGER * 1_000)


def test_a_token_goes_with_a_stream_of_events(tab: Tab, two: list[Visitor]) -> None:
    ann, bob = two
    expect(tab.page.get_by_role("button", name="Sign in")).to_be_visible()
    tab.page.locator("[name=token]").fill(program_of(ann).token)
    tab.page.get_by_role("button", name="Connect").click()
    online(tab)
    expect(tab.page.locator("footer")).to_contain_text("over plain HTTP")
    tab.page.locator("#rooms").get_by_role("button", name="lobby").click()
    bob.say("hello")
    expect(said(tab, "hello")).to_have_count(1)
    write(tab, "hello yourself")
    expect(said(tab, "hello yourself")).to_have_count(1)
    assert json.dumps("hello yourself") in ann.get("/history/").body.decode()
