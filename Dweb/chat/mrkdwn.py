"""Slack's mrkdwn as the Markdown of our messages: emphasis, links, mentions, quotes, lists, code and emoji."""

import re
from functools import cache, partial

URL = re.compile(r"https?://[^\s<>\"`]+", re.IGNORECASE)
LABEL_CHARS = 200  # our Markdown takes no longer words for a link
ADDRESS_CHARS = 1_000

CODE = re.compile(r"```(.*?)```|(`[^`\n]+`)", re.DOTALL)
TAG = re.compile(r"<([^<>\n]{1,3000})>")
# A mark around words; an address between < and > is passed over.
EMPHASIS = (
    ("**", re.compile(r"<[^<>\n]*>|(?<![\w*\\])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")),
    ("~~", re.compile(r"<[^<>\n]*>|(?<![\w~\\])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])")),
)
QUOTED_REST = re.compile(r"^(?:>>>|&gt;&gt;&gt;)[ \t]?", re.MULTILINE)
QUOTE = re.compile(r"^(?:>|&gt;)(?!>|&gt;)[ \t]?", re.MULTILINE)
BULLET = re.compile(r"^([ \t]*)[•◦▪‣]\s*", re.MULTILINE)
EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]{1,60}:(?!\w)")
GROUPS = {"here": "@here", "channel": "@all", "everyone": "@all"}
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
ENTITY = re.compile("|".join(ENTITIES))


def to_markdown(text: str) -> str:
    """A text of Slack's, with its entities undone, as our Markdown. Code stays as it is."""
    parts: list[str] = []
    at = 0
    for found in CODE.finditer(text):
        parts += [_marks(text[at : found.start()]), _code(found)]
        at = found.end()
    return "".join([*parts, _marks(text[at:])])


def plain(text: str) -> str:
    """A text of Slack's that is not marked up: only its entities are undone, and its emoji shown."""
    return _emoji(unescaped(text))


def unescaped(text: str) -> str:
    """Undoes the three entities of Slack's."""
    return ENTITY.sub(lambda found: ENTITIES[found[0]], text)


def link(words: str, address: str) -> str:
    """A link of our Markdown; an address that a page may not follow stands behind its words."""
    words, address = " ".join(words.split()), address.strip()
    if not URL.fullmatch(address) or len(address) > ADDRESS_CHARS:
        return " ".join(part for part in (words, f"({address})" if address and address != words else "") if part)
    address = address.replace("(", "%28").replace(")", "%29")
    words = words.replace("[", "(").replace("]", ")")[:LABEL_CHARS]
    return f"[{words}]({address})" if words and words != address else address


def emoji_of(name: str) -> str:
    """The emoji of a name such as `:fire:`, or the emoji itself; empty if it is none."""
    shown = _emoji(name.strip())
    return shown if _is_emoji(shown) else ""


def _code(found: re.Match[str]) -> str:
    block, inline = found.groups()
    if inline is not None:
        return unescaped(inline)
    lines = unescaped(block).strip("\n")
    return f"\n```\n{lines}\n```\n" if lines.strip() else ""


def _marks(text: str) -> str:
    for ours, mark in EMPHASIS:
        text = mark.sub(partial(_emphasized, ours), text)
    if rest := QUOTED_REST.search(text):
        text = text[: rest.start()] + "\n".join(f"> {line}" for line in text[rest.end() :].split("\n"))
    text = BULLET.sub(r"\1- ", QUOTE.sub("> ", text))
    parts: list[str] = []
    at = 0
    for found in TAG.finditer(text):
        parts += [plain(text[at : found.start()]), _tag(found[1])]
        at = found.end()
    return "".join([*parts, plain(text[at:])])


def _emphasized(mark: str, found: re.Match[str]) -> str:
    return f"{mark}{found[1]}{mark}" if found[1] else found[0]


def _tag(inner: str) -> str:
    """What stands between < and >: a link, a mention, a date."""
    target, _bar, label = inner.partition("|")
    target, label = unescaped(target), plain(label)
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return GROUPS.get(word) or label or f"@{word}"
    if target[:1] in ("@", "#"):
        return f"{target[0]}{label.removeprefix(target[0])}" if label else target
    scheme = target.partition(":")[0].lower()
    if scheme in ("mailto", "tel"):
        return label or target.partition(":")[2]
    return link(label, target)


def _emoji(text: str) -> str:
    return EMOJI.sub(lambda found: _names().get(found[0], found[0]), text) if ":" in text else text


def _is_emoji(text: str) -> bool:
    from emoji import is_emoji  # here: its table takes 5 MB, which only those need who use it

    return bool(is_emoji(text))


@cache
def _names() -> dict[str, str]:
    """All emoji by their names, Slack's among them."""
    from emoji import EMOJI_DATA  # likewise

    names: dict[str, str] = {}
    for sign, about in EMOJI_DATA.items():
        for name in (*about.get("alias", ()), about["en"]):
            if about["status"] == 2 or name not in names:  # fully qualified
                names[name] = sign
    return names
