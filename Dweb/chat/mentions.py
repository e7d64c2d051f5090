"""Mentions: whom a message names with an @, as the page shows it. Writes nothing."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from ..live.direct import is_direct
from ..models import NAME_CHARS, Mention, User, is_of_word, name_key
from . import membership

MOST = 10  # in a message; the @ after them are not looked at
EVERYONE = "all"
SHOWN = ("account", "username", "shows_account")

QUOTE = re.compile(r"(?:> ?)*")
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
    words = [LINK.sub(" ", _without_code(each)) for each in PARAGRAPHS.split(_without_blocks(text))]
    rests = [*islice(chain.from_iterable(map(_rests, words)), MOST)]
    if any(_is(EVERYONE, rest) for rest in rests):
        return frozenset([Mention.EVERYONE])
    keys = {name_key(rest[:length]) for rest in rests for length in range(1, NAME_CHARS + 1)}
    named = list(User.objects.filter(name_key__in=keys, is_active=True).only(*SHOWN)) if keys else []
    found: dict[int, User] = {}
    for rest in rests:
        fitting = [user for user in named if _is(user.shown_name, rest)]
        longest = max((len(user.shown_name) for user in fitting), default=0)
        found |= {user.pk: user for user in fitting if len(user.shown_name) == longest}
    found.pop(sender_id, None)
    return frozenset(membership.those_in(room, found.keys()) if found else ())


def _without_blocks(text: str) -> str:
    """The text without blocks of code and marks of quotes: a block lasts from a fence to the next one as deep."""
    lines = [
        (line.count(">", 0, found.end()), line[found.end() :])
        for line in text.splitlines()
        if (found := QUOTE.match(line))
    ]
    ends = {depth: at for at, (depth, line) in enumerate(lines) if line.rstrip() == "```"}
    kept: list[str] = []
    inside: int | None = None  # the depth of the block
    for at, (depth, line) in enumerate(lines):
        if inside is not None:
            inside = None if depth == inside and line.rstrip() == "```" else inside
        elif line.startswith("```") and "`" not in line[3:] and at < ends.get(depth, 0):
            inside = depth
            kept.append("")
        else:
            kept.append(line)
    return "\n".join(kept)


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
    """What follows each @ that stands at the beginning of a word."""
    for found in re.finditer("@", text):
        at = found.start()
        if not is_of_word(text[max(0, at - 1) : at]):
            yield text[at + 1 :]


def _is(name: str, rest: str) -> bool:
    """True if the text begins with this name, and not with a longer word."""
    end = len(name)
    is_part = is_of_word(rest[end - 1 : end]) and is_of_word(rest[end : end + 1])
    return not is_part and name_key(rest[:end], end) == name_key(name, end)
