"""The pictures of docs/screenshots/: a small team's chat, in both themes, on a desktop and on a phone."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from ..support.server import Server, Visitor
from .conftest import SCREENS, launch
from .tab import Tab

FOLDER = Path(__file__).parent.parent.parent / "docs/screenshots"
NAMES = ["Ada", "Grace", "小明", "Linus", "Margaret", "王芳"]
ROOM, TEAM = "release", "设计"
SAID = [
    (0, "Morning! The **release branch** is cut. What is still missing:\n\n- the notes\n- a look at the phone page"),
    (1, "I'm on the notes. Draft is at https://intranet.example/notes/42"),
    (2, "手机页面我来看，下午之前给结果。"),
    (0, "谢谢 @小明!"),
    (1, "Found one more, in the `retry` of the importer:\n```python\nfor attempt in range(3):\n    if fetch(url):\n"
        "        break\n```"),
    (3, "> in the `retry` of the importer\n\nIt sleeps forever when the server answers 503. The fix is in review."),
    (2, "页面没问题，浅色和深色都看过了。"),
]  # fmt: skip


def talk(people: Sequence[Visitor]) -> None:
    ada, grace, ming, linus, margaret, fang = people
    for person in people:
        with person.greeted() as socket:
            socket.send(f'{{"type":"join","room":"{ROOM}"}}')
            socket.send(f'{{"type":"join","room":"{TEAM}"}}')
            person.get("/healthz")
    for speaker, text in SAID:
        people[speaker].say(text, room=ROOM)
    ming.say("Shall we keep the old address as a redirect?", room=ROOM)
    ming.post(
        type="edit", room=ROOM, seq=len(SAID) + 1, txt="Shall we keep the old address as a redirect? For a month?"
    )
    linus.say("Yes, for a month.", room=ROOM, reply=len(SAID) + 1)
    fang.say("新的图标在这里。", room=TEAM)
    margaret.say("Lunch at noon?", type="0", userto=ada.userid)
    grace.say("Welcome, everybody.")


@contextmanager
def chat() -> Iterator[tuple[Server, list[Visitor]]]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), SEND_BURST=1_000).start()
        try:
            people = server.people(len(NAMES), NAMES)
            talk(people)
            for person in people[:-1]:
                person.greeted()
            yield server, people
        finally:
            server.close()


def take(tab: Tab, name: str) -> None:
    tab.page.evaluate("() => document.fonts.ready")
    tab.page.wait_for_load_state("networkidle")
    tab.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    assert tab.complaints() == []


def opened(browser: Browser, server: Server, person: Visitor | None, path: str, **options: object) -> Tab:
    context = browser.new_context(**{"locale": "en-GB", "reduced_motion": "reduce"} | options)
    tab = Tab(context, server, person)
    tab.go(path)
    return tab


def pictures(browser: Browser, server: Server, people: Sequence[Visitor]) -> None:
    ada, last = people[0], len(SAID) + 3  # a message, its edit, and the answer to it
    for theme in ("light", "dark"):
        look = {"color_scheme": theme, "viewport": SCREENS["wide"]}
        tab = opened(browser, server, ada, f"/news_chat/?num={ROOM}", **look).greeted()
        expect(tab.stored_message(last)).to_be_in_viewport()
        tab.stored_message(last).hover()
        take(tab, f"chat-{theme}")
        expect(tab.look_for("re").first).to_be_visible()
        take(tab, f"switcher-{theme}")
        tab.page.keyboard.press("Escape")
        tab.page.locator("#search").click()
        tab.page.get_by_role("searchbox").fill("页面")
        expect(tab.page.locator("dialog mark").first).to_be_visible()
        take(tab, f"search-{theme}")
        tab.page.keyboard.press("Escape")
        tab.open_details()
        expect(tab.page.locator("#details li").first).to_be_visible()
        take(tab, f"details-{theme}")
        expect(tab.people.first).to_be_visible()
        take(tab, f"people-{theme}")
        tab.context.close()
        phone = {"color_scheme": theme, "viewport": SCREENS["phone"], "device_scale_factor": 2}
        tab = opened(browser, server, ada, f"/news_chat/?num={ROOM}", locale="zh-CN", **phone).greeted()
        expect(tab.stored_message(last)).to_be_in_viewport()
        take(tab, f"phone-{theme}")
        tab.open_details()
        expect(tab.page.locator("#details li").first).to_be_visible()
        take(tab, f"phone-details-{theme}")
        tab.page.keyboard.press("Escape")
        tab.side()
        expect(tab.room(TEAM)).to_be_visible()
        take(tab, f"phone-rooms-{theme}")
        tab.context.close()
        tab = opened(browser, server, None, "/register/", **phone)
        take(tab, f"register-{theme}")
        tab.context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chat() as (server, people), sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit("There is no Chromium.")
        pictures(browser, server, people)
        browser.close()


if __name__ == "__main__":
    main()
