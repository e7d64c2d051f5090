"""The programs in the settings: a token is made, shown once, used, listed and ended."""

import json
import shlex
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.programs import Program
from ...support.server import Server, Visitor
from ..axe import assert_good
from ..tab import Tab

pytestmark = pytest.mark.browser

Two = tuple[Visitor, Visitor]


def programs(tab: Tab) -> Locator:
    return tab.dialog.locator(".programs li")


def test_a_token_is_made_used_and_ended(visit: Callable[..., Tab], server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    tab.may_say("status of 400")
    tab.open_settings()
    expect(tab.dialog.get_by_role("heading", name="Programs")).to_be_visible()
    tab.dialog.get_by_role("button", name="New token").click()
    made = tab.page.get_by_role("dialog", name="New token")  # in the place of the settings
    made.get_by_role("button", name="Make a token").click()
    expect(made.get_by_role("alert")).to_contain_text("Give the token a name")
    made.get_by_role("textbox", name="Name of the program").fill("<b>backup</b>")
    made.get_by_role("button", name="Make a token").click()
    field = made.get_by_role("textbox", name="Token")
    expect(field).to_be_focused()
    program = Program(server, two[0], field.input_value())
    expect(made.get_by_role("textbox", name="A command")).to_have_value(
        f'curl -H "Authorization: Bearer {program.token}" -d type=1 --data-urlencode "txt=Hello" http://{server.host}:{server.port}/msg_send/'
    )
    assert program.post(type="1", txt="from a program").status == 200
    tab.page.keyboard.press("Escape")
    tab.open_settings()
    expect(programs(tab)).to_have_count(1)
    expect(programs(tab)).to_contain_text("<b>backup</b>")
    expect(programs(tab)).to_contain_text("Read and write · not used yet · until")
    tab.dialog.get_by_role("button", name="End: <b>backup</b>").click()
    expect(tab.dialog.get_by_role("status").filter(has_text="is ended")).to_be_focused()
    expect(programs(tab)).to_have_count(0)
    assert program.post(type="1", txt="x").status == 401


def test_the_line_is_one_that_the_token_may_do(visit: Callable[..., Tab], server: Server, two: Two) -> None:
    two[0].post("/rooms/", title="plant", room="plant")
    two[0].say("hello", room="plant")
    tab = visit(server, two[0]).greeted()
    for scopes, address in (("Read", "history"), ("Read and write", "msg_send")):
        tab.open_settings()
        tab.dialog.get_by_role("button", name="New token").click()
        made = tab.page.get_by_role("dialog", name="New token")
        made.get_by_role("textbox", name="Name of the program").fill(scopes)
        made.get_by_text(scopes, exact=True).click()
        made.get_by_role("textbox", name="Rooms").fill("plant")
        made.get_by_role("button", name="Make a token").click()
        command = shlex.split(made.get_by_role("textbox", name="A command").input_value())
        assert command[-1].endswith(f"/{address}/")
        answer = subprocess.run([*command, "-s"], capture_output=True, check=True, text=True)
        assert json.loads(answer.stdout)["room"] == "plant", answer.stdout
        tab.page.keyboard.press("Escape")


@pytest.mark.long
def test_programs_are_good(look: Callable[..., Tab], server: Server, two: Two) -> None:
    two[0].post("/tokens/", name="backup", scopes="read", days=30)
    tab, me = look().greeted(), two[0].username
    tab.side()
    tab.page.locator("#me").click()
    tab.page.get_by_role("menuitem").nth(0).click()
    expect(programs(tab)).to_have_count(1)
    assert_good(tab, me, "backup", "127.0.0.1", "Chrome", "Linux", "English")
    tab.dialog.locator(".programs + p + .row button").click()
    assert_good(tab)
    tab.page.get_by_role("dialog").last.locator("input").first.fill("backup")
    tab.page.get_by_role("dialog").last.locator(".actions .main").click()
    expect(tab.page.get_by_role("dialog").last.locator(".copying")).to_have_count(2)
    assert_good(tab, "backup", "curl")
