"""The pictures of docs/screenshots/: a small team's chat, in both themes, on a desktop and on a phone."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, expect, sync_playwright

from .conftest import launch
from .harbour import ROOM, UNFINISHED, Harbour, harbour
from .network import Held
from .photos import PHOTOS
from .tab import Tab

FOLDER = Path(__file__).parent.parent.parent / "docs/screenshots"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
KEYBOARD = 266  # pixels of a phone's own keyboard
LOOKS = {"light": "en-GB", "dark": "zh-CN"}  # of the phone; the desktop is English in both
CHOSEN: list[FilePayload] = [
    {"name": "card-front.jpg", "mimeType": "image/jpeg", "buffer": PHOTOS["card-front.jpg"]()},
    {"name": "hill.jpg", "mimeType": "image/jpeg", "buffer": PHOTOS["hill.jpg"]()},
    {"name": "notes-2.4.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + bytes(48_000)},
]
DRAG = """count => {
    const data = new DataTransfer();
    for (let number = 0; number < count; number++) data.items.add(new File(["x"], `${number}`, { type: "image/jpeg" }));
    const event = new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector("#talk").dispatchEvent(event);
}"""
REFUSED = {"msg": "error", "error": "forbidden", "detail": "You are not a member of this room."}


def take(tab: Tab, name: str) -> None:
    tab.page.evaluate("() => document.fonts.ready")
    tab.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    assert tab.complaints() == []


def opened(browser: Browser, chat: Harbour, path: str, **options: object) -> Tab:
    tab = Tab(browser.new_context(**{"reduced_motion": "reduce"} | options), chat.server, chat["Ada"])
    tab.go(path)
    return tab.greeted()


def talking(browser: Browser, chat: Harbour, **options: object) -> Tab:
    """Ada's page, in which something is new, in the making, and refused."""
    tab = opened(browser, chat, f"/news_chat/?num={UNFINISHED}", **options)
    tab.may_say("status of 403")
    tab.field.fill("I can bring the dumplings")
    tab.side()
    tab.room(ROOM).click()
    expect(tab.page.locator("#messages .unread-line")).to_be_visible()

    def say(text: str) -> None:  # on a phone Enter begins a line
        tab.field.fill(text)
        tab.page.locator(".send").click()

    for text in ("A month, then. I’ll write it into the notes.", "谢谢 @小明！"):
        say(text)
        tab.said(text)
    tab.page.route("**/msg_send/", lambda route: route.fulfill(status=403, json=REFUSED), times=1)
    say("Two photos of the printed cards, for the announcement.")
    expect(tab.page.locator(".message.failed")).to_be_visible()
    Held(tab.page, "**/msg_send/")
    say("And the caption: 春天的港口。")
    expect(tab.page.locator(".message.pending")).to_be_visible()
    return tab


def desktop(browser: Browser, chat: Harbour, theme: str) -> None:
    tab = talking(browser, chat, locale="en-GB", color_scheme=theme, viewport=DESKTOP)
    chat["王芳"].greeted().send(f'{{"type":"typing","room":"{ROOM}"}}')
    expect(tab.page.locator("#typing")).to_contain_text("王芳")
    tab.field.fill("Here they are, front and back")
    tab.said("A month, then.").hover()
    take(tab, f"chat-{theme}")
    tab.page.locator("#me").click()
    expect(tab.page.get_by_role("menuitem").last).to_be_visible()
    take(tab, f"menu-{theme}")
    tab.page.keyboard.press("Escape")
    tab.open_details()
    expect(tab.page.locator("#panel li")).to_have_count(14)
    take(tab, f"details-{theme}")
    tab.page.locator("#search").click()
    tab.page.get_by_role("searchbox").fill("the notes")
    expect(tab.page.locator("#panel mark").first).to_be_visible()
    take(tab, f"search-{theme}")
    tab.page.keyboard.press("Escape")
    expect(tab.look_for("re").first).to_be_visible()
    take(tab, f"switcher-{theme}")
    tab.page.keyboard.press("Escape")
    expect(tab.people.first).to_be_visible()
    take(tab, f"people-{theme}")
    tab.page.keyboard.press("Escape")
    with_files(tab, f"{{}}-{theme}")
    tab.page.keyboard.press("Escape")
    tab.page.evaluate(DRAG, len(CHOSEN))
    expect(tab.page.locator(".drop")).to_be_visible()
    take(tab, f"drop-{theme}")
    tab.context.close()


def with_files(tab: Tab, name: str) -> None:
    """Pictures that were sent, one that is looked at, and some that are about to be sent."""
    cover = tab.said("The cover for the announcement")
    cover.evaluate("each => each.scrollIntoView({block: 'center'})")
    expect(cover.locator("img.loaded")).to_have_count(2)
    tab.page.locator("#files").set_input_files(CHOSEN)
    expect(tab.page.locator(".tray .thumb[data-state=done]")).to_have_count(len(CHOSEN))
    take(tab, name.format("files"))
    cover.locator("img.loaded").first.click()
    expect(tab.page.locator("dialog.viewer .stage img")).to_be_visible()
    take(tab, name.format("viewer"))


def phone(browser: Browser, chat: Harbour, theme: str) -> None:
    look = {"locale": LOOKS[theme], "color_scheme": theme, "viewport": PHONE, "device_scale_factor": 2}
    tab = talking(browser, chat, has_touch=True, is_mobile=True, **look)
    tab.page.wait_for_load_state("networkidle")
    take(tab, f"phone-{theme}")
    tab.open_details()
    expect(tab.page.locator("#panel li")).to_have_count(14)
    take(tab, f"phone-details-{theme}")
    tab.page.keyboard.press("Escape")
    tab.said("It takes seconds").evaluate("each => each.scrollIntoView({block: 'center'})")
    tab.rest_on(tab.said("It takes seconds").locator(".text"))
    take(tab, f"phone-sheet-{theme}")
    tab.dialog.get_by_role("button").nth(1).tap()
    tab.page.set_viewport_size(PHONE | {"height": PHONE["height"] - KEYBOARD})  # type: ignore[arg-type]
    tab.field.fill("Agreed, on both sides")
    take(tab, f"phone-keyboard-{theme}")
    tab.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    tab.side()
    expect(tab.room(ROOM)).to_be_visible()
    take(tab, f"phone-rooms-{theme}")
    tab.page.locator("#me").click()
    expect(tab.page.get_by_role("menuitem").last).to_be_visible()
    take(tab, f"phone-menu-{theme}")
    tab.page.keyboard.press("Escape")
    tab.room(ROOM).click()
    with_files(tab, f"phone-{{}}-{theme}")
    tab.context.close()
    context = browser.new_context(**look)
    tab = Tab(context, chat.server)
    tab.go("/register/")
    take(tab, f"register-{theme}")
    context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit("There is no Chromium.")
        for theme in LOOKS:
            for pictures in (desktop, phone):
                with harbour() as chat:
                    pictures(browser, chat, theme)
        browser.close()


if __name__ == "__main__":
    main()
