"""Outgoing webhooks as this process knows them: which messages go to which. The committer's transaction queues them.

A change reaches the other processes by a bus message; what a message missed is found when the sender reads them again.
"""

import re
import threading
from collections.abc import Callable, Set
from functools import partial
from typing import TYPE_CHECKING

from ..databases.release import releasing
from ..live.direct import partner
from ..models import HOOK_WORD_CHARS, Hooked, OutgoingHook, Trigger, User, is_of_word, name_key

if TYPE_CHECKING:
    from ..runtime import Runtime

COMMAND = re.compile(rf"/([\w-]{{1,{HOOK_WORD_CHARS}}})(?:\s|$)")
FIELDS = ("pk", "bot_id", "room_id", "trigger", "word", "of_bots")
LONGEST = 2**31  # characters: name_key() cuts names


class OutgoingHooks:
    """The webhooks to which messages go: those that are turned on and whose queues are not full.

    `turned_on` has the keys of the full ones, too.
    """

    def __init__(self, ask: Callable[[Callable[[], None]], None]) -> None:
        self._ask = ask  # calls where one may query: the query pool's
        self._lock = threading.Lock()  # of two readings at once, the later one stays
        self._current: tuple[Hooked, ...] | None = None
        self.turned_on: list[int] = []

    @property
    def current(self) -> tuple[Hooked, ...]:
        """Shared by all threads. Asks the database once."""
        if self._current is None:
            self._ask(partial(releasing, self.load))
        assert self._current is not None
        return self._current

    def load(self) -> None:
        """Reads the webhooks from the database."""
        with self._lock:
            rows = [*OutgoingHook.objects.filter(is_on=True).order_by("pk").values_list("full", *FIELDS)]
            self.turned_on = [pk for _full, pk, *_ in rows]
            self._current = tuple(Hooked(*row) for full, *row in rows if not full)


def wanting(
    runtime: "Runtime", sender: User, text: str, room_id: int, room: str, mentions: Set[int]
) -> tuple[Hooked, ...]:
    """The webhooks that want a message, whose bots may still turn out not to read the room. Asks no database."""
    hooks = runtime.outgoing.hooks.current
    if not hooks:
        return ()
    near = [hook for hook in hooks if hook.room_id in (None, room_id) and (hook.of_bots or not sender.is_bot)]
    if not near:
        return ()
    if (other := partner(room, sender.pk)) is not None:
        mentions = mentions | {other}  # in a private chat all is said to the other one
    command, _rest = command_of(text)
    key = name_key(text, LONGEST) if any(hook.trigger == Trigger.WORD for hook in near) else ""
    return tuple(hook for hook in near if _wants(hook, mentions, command, key))


def _wants(hook: Hooked, mentions: Set[int], command: str, key: str) -> bool:
    if hook.trigger == Trigger.MENTION:
        return hook.bot_id in mentions
    if hook.trigger == Trigger.COMMAND:
        return hook.word == command
    return hook.trigger == Trigger.EVERY or has_word(key, hook.word)


def command_of(text: str) -> tuple[str, str]:
    """The key of the command with which a text begins, or nothing, and the rest of the text."""
    found = COMMAND.match(text)
    return (name_key(found[1]), text[found.end() :].strip()) if found else ("", text)


def has_word(text: str, word: str) -> bool:
    """True if a text has this word or phrase, not as a part of a longer word; both are keys."""
    at = -1
    while (at := text.find(word, at + 1)) >= 0:
        end = at + len(word)
        begins = not (is_of_word(word[0]) and is_of_word(text[max(0, at - 1) : at]))
        if begins and not (is_of_word(word[-1]) and is_of_word(text[end : end + 1])):
            return True
    return False


def announce(runtime: "Runtime") -> None:
    """Has all processes read the webhooks that were just changed."""
    runtime.outgoing.hooks.load()
    runtime.outgoing.wake()
    runtime.bus.send({"type": "outgoing", "changed": True})
