"""Pictures and files between two people, with the server's own uploads, previews and downloads."""

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from ..support.server import Server, Visitor
from .axe import violations
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

LOADED = "each => each.complete && each.naturalWidth > 0"


def picture() -> bytes:
    data = BytesIO()
    Image.effect_noise((900, 600), 40).convert("RGB").save(data, "JPEG", quality=80)
    return data.getvalue()


def choose(tab: Tab, *files: FilePayload) -> None:
    with tab.page.expect_file_chooser() as chooser:
        tab.page.get_by_role("button", name="Add files").click()
    chooser.value.set_files(list(files))


@pytest.mark.parametrize(
    "viewport", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}], ids=["wide", "phone"]
)
def test_a_picture_and_a_large_file_come_to_the_other(
    visit: Opener, server: Server, two: Two, room: str, viewport: dict[str, int]
) -> None:
    ann, bob = (visit(server, person, f"/news_chat/?num={room}", viewport=viewport).greeted() for person in two)
    for tab in (ann, bob):
        tab.may_say("status of 404")  # the preview is not made yet
    film = random.Random(1).randbytes(6_000_000)  # comes in pieces
    choose(
        ann,
        {"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": picture()},
        {"name": "log.bin", "mimeType": "application/octet-stream", "buffer": film},
    )
    ann.say("from the harbour")
    for tab in (ann, bob):
        message = tab.stored_message(1)
        expect(message).to_contain_text("from the harbour", timeout=30_000)
        image = message.get_by_role("img", name="harbour.jpg")
        expect(image).to_be_visible()
        tab.page.wait_for_function(LOADED, arg=image.element_handle(), timeout=30_000)
    with bob.page.expect_download() as download:
        bob.stored_message(1).get_by_role("link", name="log.bin").click()
    assert Path(download.value.path()).read_bytes() == film
    bob.stored_message(1).get_by_role("img", name="harbour.jpg").click()
    viewer = bob.page.get_by_role("dialog")
    expect(viewer).to_be_visible()
    assert violations(bob.page) == []
    bob.page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_files_of_a_deleted_message_are_gone(visit: Opener, server: Server, two: Two, room: str) -> None:
    ann, bob = (visit(server, person, f"/news_chat/?num={room}").greeted() for person in two)
    for tab in (ann, bob):
        tab.may_say("status of 404")  # the preview is not made yet
    choose(ann, {"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    ann.page.locator(".tray .thumb[data-state=done]").wait_for()
    ann.page.locator(".send").click()
    image = bob.stored_message(1).get_by_role("img", name="harbour.jpg")
    expect(image).to_be_visible()
    address = image.get_attribute("src") or ""
    bob.open_details()
    expect(bob.details.locator(".room-files")).to_contain_text("harbour.jpg")
    ann.act(ann.stored_message(1), "Delete")
    ann.dialog.get_by_role("button", name="Delete").click()
    expect(bob.stored_message(1)).to_contain_text("deleted", timeout=20_000)  # six seconds to take it back
    expect(image).to_have_count(0)
    expect(bob.details.locator(".room-files")).not_to_contain_text("harbour.jpg")
    assert two[1].get(address).status == 404


def test_what_is_sent_after_a_lost_connection_comes_once(visit: Opener, server: Server, two: Two, room: str) -> None:
    ann, bob = (visit(server, person, f"/news_chat/?num={room}").greeted() for person in two)
    ann.may_say("net::ERR_INTERNET_DISCONNECTED")
    choose(ann, {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"a plan"})
    ann.page.locator(".tray .thumb[data-state=done]").wait_for()
    ann.context.set_offline(True)
    choose(ann, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"some notes"})
    ann.say("the notes")
    ann.context.set_offline(False)
    expect(bob.stored_message(1)).to_contain_text("notes.txt", timeout=60_000)
    expect(bob.stored_message(1)).to_contain_text("plan.txt")
    ann.say("done")
    expect(bob.stored_message(2)).to_contain_text("done", timeout=60_000)
    expect(bob.page.locator(".message[data-seq]")).to_have_count(2)
