"""A keyboard that counts, and the person who has nothing else.

A key that is pressed counts as one, and so does a chord such as Ctrl+K. What a person types as content (a message, a
name, a password, words to look for) is text: it does not count, however long it is.
"""

from itertools import groupby

from playwright.sync_api import Locator, expect

from ..support.server import Visitor
from .tab import Tab

NAMES = {
    "Control": "Ctrl",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "ArrowLeft": "←",
    "Escape": "Esc",
    "Delete": "Del",
}


def shown(chord: str) -> str:
    """As a person reads it on the keyboard."""
    names = (NAMES.get(key, key.upper() if len(key) == 1 else key) for key in chord.split("+"))
    return f"`{'+'.join(names)}`"


class Day:
    """A person at the keyboard, in a room with one other person; the caret is in the composer."""

    def __init__(self, tab: Tab, me: Visitor, other: Visitor, room: str) -> None:
        self.tab = tab
        self.page = tab.page
        self.server = tab.server
        self.me = me
        self.other = other
        self.room = room
        self._steps: list[tuple[str, bool]] = []  # what was done, and whether it counts

    def press(self, *chords: str) -> None:
        for chord in chords:
            self.page.keyboard.press(chord)
            self._steps.append((shown(chord), True))

    def text(self, what: str, words: str) -> None:
        """Types words; the table calls them `what`."""
        self.page.keyboard.type(words)
        self._steps.append((f"*{what}*", False))

    def begin(self) -> None:
        """What was done so far made the state in which the task begins."""
        self._steps.clear()

    @property
    def count(self) -> int:
        return sum(counts for _, counts in self._steps)

    @property
    def how(self) -> str:
        """The steps as the table has them."""
        runs = ((step, len([*same])) for (step, _), same in groupby(self._steps))
        return " ".join(step if times == 1 else f"{step} ×{times}" for step, times in runs)

    # What was there before a task, and what it must show.

    def said(self, *texts: str) -> Locator:
        """One's own messages, which are in the room before a task; the last one."""
        for text in texts:
            self.me.say(text, room=self.room)
        return self.tab.said(texts[-1])

    def has_said(self, text: str) -> None:
        """The message is stored, and the caret is back in an empty composer."""
        self.tab.said(text)
        expect(self.tab.field).to_have_value("")
        expect(self.tab.field).to_be_focused()

    def with_clipboard(self, text: str) -> None:
        self.tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.server.url)
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)

    def clipboard_has(self, text: str) -> None:
        self.page.wait_for_function("async text => await navigator.clipboard.readText() === text", arg=text)

    def chosen(self, words: str) -> None:
        """Waits until the list above the field, or the switcher, has this as the option that Enter takes."""
        expect(self.page.locator("[role=option][aria-selected=true]")).to_contain_text(words)
