"""Slack's blocks as our Markdown: those that programs send. Others, and what people would fill in, are passed over."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .mrkdwn import link, plain, to_markdown, unescaped

Object = Mapping[str, Any]
MOST = 100  # blocks of a payload, and parts of one: Slack takes 50 and 10
NAMED = ("user_id", "usergroup_id", "channel_id")
RULE = "———"
STYLES = (("code", "`"), ("strike", "~~"), ("italic", "_"), ("bold", "**"))


def objects(value: object) -> Sequence[Object]:
    """The objects of a list; none if it is no list."""
    return [each for each in value[:MOST] if isinstance(each, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def blocks(value: object) -> str:
    made = (BLOCKS[kind](each) for each in objects(value) if (kind := text_of(each.get("type"))) in BLOCKS)
    return "\n\n".join(part for part in made if part.strip())


def text_object(value: object) -> str:
    """A text object, marked up or not; or a text alone, as older payloads have."""
    if isinstance(value, str):
        return to_markdown(value)
    if not isinstance(value, dict):
        return ""
    words = text_of(value.get("text"))
    return plain(words) if value.get("type") == "plain_text" else to_markdown(words)


def buttons(value: object) -> str:
    """The links among buttons; what others do, only Slack knows."""
    made = (
        link(text_object(each.get("text")), unescaped(text_of(each.get("url"))))
        for each in objects(value)
        if text_of(each.get("url"))
    )
    return " · ".join(made)


def image(value: Object) -> str:
    words = text_of(value.get("alt_text")) or text_object(value.get("title"))
    return link(words, text_of(value.get("image_url")))


def _section(block: Object) -> str:
    parts = [text_object(block.get("text")), *(text_object(each) for each in objects(block.get("fields")))]
    accessory = block.get("accessory")
    if isinstance(accessory, dict):
        parts.append(image(accessory) if accessory.get("type") == "image" else buttons([accessory]))
    return "\n\n".join(part for part in parts if part)


def _header(block: Object) -> str:
    words = " ".join(text_object(block.get("text")).split())
    return f"# {words}" if words else ""


def _context(block: Object) -> str:
    made = (
        image(each) if each.get("type") == "image" else text_object(each) for each in objects(block.get("elements"))
    )
    return " ".join(part for part in made if part)


def _rich_text(block: Object) -> str:
    parts = objects(block.get("elements"))
    return "\n".join(RICH[kind](part) for part in parts if (kind := text_of(part.get("type"))) in RICH)


def _words(part: Object) -> str:
    """The texts, links, mentions and emoji of a part of rich text."""
    return "".join(_element(each) for each in objects(part.get("elements")))


def _element(element: Object) -> str:
    kind, words = element.get("type"), text_of(element.get("text"))
    if kind == "text":
        style = element.get("style")
        return _styled(words, style if isinstance(style, dict) else {})
    if kind == "link":
        return link(words, text_of(element.get("url")))
    if kind == "emoji":
        return plain(f":{text_of(element.get('name'))}:")
    if kind == "broadcast":
        return to_markdown(f"<!{text_of(element.get('range'))}>")
    name = next(
        (text_of(element[field]) for field in ("user_id", "usergroup_id", "channel_id") if field in element), ""
    )
    return f"{'#' if kind == 'channel' else '@'}{name}" if name else ""


def _styled(words: str, style: Object) -> str:
    bare = words.strip()
    if not bare:
        return words
    marks = [mark for name, mark in STYLES if style.get(name) is True]
    for mark in marks:
        bare = f"{mark}{bare}{mark}"
    begin = len(words) - len(words.lstrip())
    return f"{words[:begin]}{bare}{words[len(words.rstrip()) :]}"


def _list(part: Object) -> str:
    mark = "1." if part.get("style") == "ordered" else "-"
    indent = "  " * (part.get("indent") == 1)
    items = enumerate(objects(part.get("elements")), 1)
    return "\n".join(f"{indent}{f'{at}.' if mark == '1.' else mark} {_words(item)}" for at, item in items)


def _quote(part: Object) -> str:
    return quoted(_words(part))


def _preformatted(part: Object) -> str:
    return f"```\n{_words(part)}\n```"


def quoted(text: str) -> str:
    """The text as a quote of our Markdown."""
    return "\n".join(_quoted_lines(text))


def _quoted_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"> {line}" if line.strip() else ">"


RICH: Mapping[str, Callable[[Object], str]] = {
    "rich_text_section": _words,
    "rich_text_list": _list,
    "rich_text_quote": _quote,
    "rich_text_preformatted": _preformatted,
}
BLOCKS: Mapping[str, Callable[[Object], str]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": lambda block: RULE,
    "image": image,
    "actions": lambda block: buttons(block.get("elements")),
    "markdown": lambda block: text_of(block.get("text")),
    "rich_text": _rich_text,
}
