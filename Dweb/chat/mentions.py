"""Mentions: whom a message names with an @, as the page shows it. Writes nothing."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from ..live.direct import is_direct
from ..models import NAME_CHARS, Mention, User, is_of_word, name_key
from . import membership, users

MOST = 10  # in a message; the @ after them are not looked at
EVERYONE = "all"
HERE = "here"  # whoever it reaches while they are online counts it themselves
SHOWN = ("account", "username", "shows_account")

DEEPEST_QUOTE = 3
FENCE = "```"
QUOTED = re.compile(r"^>(?:(?=>)| |$)")
ITEM = re.compile(r"[ \t]*(?:[-*]|\d{1,3}\.)[ \t]+\S")
CONTINUED = re.compile(r"(?: {2}|\t)\s*\S")  # an item
TITLE = re.compile(r"#{1,3} +\S")
LINES = re.compile(r"\r\n?|\n")
PARAGRAPHS = re.compile(r"\n\s*\n")
TICKS = re.compile("`+")
LINK = re.compile(
    r"\[[^\[\]\n]{1,200}\]\(https?://[^\s()]{1,1000}\)"
    '|https?://[^\\s<>"`\u2018-\u2026\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f]+',
    re.IGNORECASE,
)


def mentioned(text: str, room: str, sender_id: int) -> frozenset[int]:
    """The ids of the members of a room whom this text mentions, or Mention.EVERYONE alone; never the sender's.

    In a direct room nobody is: there, every message is meant for the other user.
    """
    if "@" not in text or is_direct(room):
        return frozenset()
    paragraphs = PARAGRAPHS.split("\n".join(_without_blocks(LINES.split(text))))
    words = [LINK.sub(" ", _without_code(each)) for each in paragraphs]
    rests = [*islice(chain.from_iterable(map(_rests, words)), MOST)]
    keys = {name_key(rest[:length]) for rest in rests for length in range(1, NAME_CHARS + 1)}
    named = list(users.all_shown().filter(name_key__in=keys, is_active=True).only(*SHOWN)) if keys else []
    found: dict[int, User] = {}
    for rest in rests:
        fitting = [user for user in named if _is(user.shown_name, rest)]
        longest = max((len(user.shown_name) for user in fitting), default=0)
        group = next((word for word in (EVERYONE, HERE) if longest <= len(word) and _is(word, rest)), None)
        if group == EVERYONE:
            return frozenset([Mention.EVERYONE])
        if not group:
            found |= {user.pk: user for user in fitting if len(user.shown_name) == longest}
    found.pop(sender_id, None)
    return frozenset(membership.those_in(room, found.keys()) if found else ())


def _without_blocks(lines: Sequence[str], depth: int = 0) -> Iterator[str]:
    """The lines without blocks of code and marks of quotes; an empty one stands wherever a paragraph ends."""
    last = max((at for at, line in enumerate(lines) if line.rstrip() == FENCE), default=0)
    at = 0
    while at < len(lines):
        line, start, at = lines[at], at, at + 1
        if line.startswith(FENCE) and "`" not in line[len(FENCE) :] and start < last:
            while lines[at].rstrip() != FENCE:
                at += 1
            at += 1
            yield ""
        elif depth < DEEPEST_QUOTE and QUOTED.match(line):
            while at < len(lines) and QUOTED.match(lines[at]):
                at += 1
            yield from ("", *_without_blocks([QUOTED.sub("", quoted) for quoted in lines[start:at]], depth + 1), "")
        elif ITEM.match(line):
            yield from ("", line)
        elif TITLE.match(line) or (start and ITEM.match(lines[start - 1]) and not CONTINUED.match(line)):
            yield from ("", line, "")
        else:
            yield line


def _without_code(text: str) -> str:
    """A paragraph without pieces of code: each lasts from a run of backticks to the next one as long."""
    runs = [found.span() for found in TICKS.finditer(text)]
    last = {end - start: start for start, end in runs}
    parts: list[str] = []
    at, closes = 0, 0  # the length of the run that closes the piece; 0 outside of one
    for start, end in runs:
        if closes == end - start:
            at, closes = end, 0
        elif not closes and last[end - start] > start:
            parts.append(text[at:start])
            closes = end - start
    return " ".join([*parts, text[at:]])


def _rests(text: str) -> Iterator[str]:
    """The text after each @ that stands at the beginning of a word."""
    for found in re.finditer("@", text):
        at = found.start()
        if not is_of_word(text[max(0, at - 1) : at]):
            yield text[at + 1 :]


def _is(name: str, rest: str) -> bool:
    """True if the text begins with this name, and not with a longer word."""
    end = len(name)
    is_part = is_of_word(rest[end - 1 : end]) and is_of_word(rest[end : end + 1])
    return not is_part and name_key(rest[:end], end) == name_key(name, end)
