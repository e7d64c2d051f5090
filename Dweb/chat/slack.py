"""What programs send to an incoming webhook: plain text, or Slack's payload, as the text of a message."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from .mrkdwn import emoji_of, link, plain, to_markdown
from .slack_blocks import MOST, Object, blocks, buttons, image, objects, quoted, text_object, text_of

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MESSAGES = ("text", "message", "msg")  # Slack's name first; Home Assistant and others say message


class Unreadable(Exception):
    """A payload is none; its text is Slack's word for the reason."""


class Post(NamedTuple):
    """The text of a message, and the name and the emoji under which the program would have it shown."""

    text: str
    name: str = ""
    icon: str = ""


def parsed(content_type: str, body: bytes) -> Post:
    """What was posted. Raises Unreadable: invalid_payload, or no_text."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("invalid_payload") from None
    kind = content_type.partition(";")[0].strip().lower()
    post = _parsed(kind, text)
    if "\0" in post.text or not _is_text(post.text):
        raise Unreadable("invalid_payload")
    if not post.text.strip():
        raise Unreadable("no_text")
    return post


def cut(text: str, most: int) -> str:
    """A text of at most so many characters; one that is longer ends with how many are missing."""
    if len(text) <= most:
        return text
    end = f"\n\n[… +{len(text):,}]"  # as long as the end that stands there, or longer
    kept = text[: most - len(end) - len("\n```")]
    if sum(line.rstrip() == "```" for line in kept.split("\n")) % 2:
        kept += "\n```"
    return f"{kept}\n\n[… +{len(text) - len(kept):,}]"


def _parsed(kind: str, text: str) -> Post:
    if kind == FORM and text.lstrip().startswith(("payload=", "text=")):
        return _of_form(text.strip())
    if kind == JSON or text.lstrip().startswith("{"):
        try:
            return _of_payload(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            if kind == JSON:
                raise Unreadable("invalid_payload") from None
    return Post(text.strip())


def _of_form(text: str) -> Post:
    """Slack's older way; curl says that plain text is a form, too, and then it has none of these fields."""
    try:
        fields = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST)
        given = {name: values[-1] for name, values in fields.items()}
        return _of_payload(json.loads(given["payload"], strict=False) if "payload" in given else given)
    except (ValueError, RecursionError):
        raise Unreadable("invalid_payload") from None


def _of_payload(payload: Any) -> Post:
    if not isinstance(payload, dict):
        raise Unreadable("invalid_payload")
    parts = [blocks(payload.get("blocks")) or _said(payload)]
    parts += [quoted(part) for each in objects(payload.get("attachments")) if (part := _attachment(each).strip())]
    icon = emoji_of(text_of(payload.get("icon_emoji")))
    text = "\n\n".join(part.strip() for part in parts if part.strip())
    return Post(text, plain(text_of(payload.get("username"))), icon)


def _said(payload: Object) -> str:
    """The text of a payload without blocks; some programs send a title beside a message."""
    words = next((words for name in MESSAGES if (words := text_of(payload.get(name)).strip())), "")
    made = words if payload.get("mrkdwn") is False else to_markdown(words)
    title = " ".join(plain(text_of(payload.get("title"))).split())
    return f"**{title}**\n{made}" if title and title not in made else made


def _attachment(each: Object) -> str:
    parts = [
        to_markdown(text_of(each.get("pretext"))),
        _linked(each, "author_name", "author_link"),
        _bold(_linked(each, "title", "title_link")),
        to_markdown(text_of(each.get("text"))),
        "\n".join(map(_field, objects(each.get("fields")))),
        blocks(each.get("blocks")),
        image({"alt_text": each.get("fallback") or each.get("title"), "image_url": each.get("image_url")})
        if each.get("image_url")
        else "",
        buttons(each.get("actions")),
        plain(text_of(each.get("footer"))),
    ]
    made = "\n\n".join(part.strip() for part in parts if part.strip())
    return made or text_object(each.get("fallback"))


def _linked(each: Mapping[str, Any], words: str, address: str) -> str:
    shown = " ".join(plain(text_of(each.get(words))).split())
    return link(shown, text_of(each.get(address))) if shown and each.get(address) else shown


def _bold(words: str) -> str:
    return f"**{words}**" if words else ""


def _field(field: Object) -> str:
    title, value = plain(text_of(field.get("title"))).strip(), to_markdown(_value(field.get("value"))).strip()
    between = "\n" if "\n" in value else " "
    return f"{_bold(title)}{between}{value}".strip()


def _value(value: object) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else text_of(value)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can smuggle in halves of surrogate pairs
        return False
    return True
