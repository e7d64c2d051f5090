"""After a restart with another version, open pages load themselves again, unless somebody is at work in them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ...support.server import ROOT, Server
from ..tab import Tab

pytestmark = pytest.mark.browser

PARTS = [
    "manage.py",
    "gunicorn.conf.py",
    "Dweb",
    "chatproj",
    "template",
    "locale",
    "static",
    "scripts",
    "locks",
    "CHANGELOG.md",
]
MARK = "() => document.body.dataset.version"


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """This checkout with another style."""
    for path in [*PARTS, *(each.name for each in ROOT.glob("requirements*.txt"))]:
        (shutil.copytree if (ROOT / path).is_dir() else shutil.copy)(ROOT / path, tmp_path / path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    with (tmp_path / "static" / "css" / "talk.css").open("a") as style:
        style.write("\n#talk { --of-the-next-version: 1 }\n")
    return tmp_path


def test_a_page_of_an_older_version(
    make_server: Callable[..., Server], visit: Callable[..., Tab], next_version: Path
) -> None:
    server = make_server()
    me, other = server.people(2)
    idle, busy = visit(server, me).greeted(), visit(server, other).greeted()
    for tab in (idle, busy):
        tab.may_say("Failed to load resource")
        tab.may_say("WebSocket connection")
    busy.page.locator("#composer textarea").fill("half a sentence")
    before = idle.page.evaluate(MARK)
    assert before == busy.page.evaluate(MARK) != ""
    server.stop()
    server.root = next_version
    server.start()
    idle.page.wait_for_function("before => document.body?.dataset.version !== before", arg=before)
    idle.greeted().say("of today")
    busy.said("of today")
    assert busy.page.evaluate(MARK) == before
    expect(busy.page.locator("#composer textarea")).to_have_value("half a sentence")
    busy.page.keyboard.press("Enter")
    busy.page.wait_for_function("before => document.body?.dataset.version !== before", arg=before)
    busy.greeted().said("half a sentence")
