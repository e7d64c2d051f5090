"""The text that a receiver's answer has for the room."""

import json
from typing import NamedTuple

from .request import Answer

CUT = "…"


class Text(NamedTuple):
    """What the bot is to say, if anything, and what was wrong with the answer."""

    text: str = ""
    fault: str = ""


def text_of(answer: Answer, most: int) -> Text:
    """The text of {"text": …} or of a plain answer, at most so many characters."""
    if answer.fault or not answer.body.strip():
        return Text(fault=answer.fault)
    try:
        text = answer.body.decode()
        if answer.type == "application/json":
            text = _of_json(json.loads(text))
        text.encode()  # JSON can smuggle in halves of surrogate pairs
    except (ValueError, RecursionError):
        return Text(fault="textless")
    text = text.replace("\0", "").strip()
    if len(text) > most:
        return Text(text[: most - len(CUT)] + CUT, f"cut {most:,}")
    return Text(text)


def _of_json(value: object) -> str:
    if value is None or value == {}:
        return ""
    text = value.get("text", "") if isinstance(value, dict) else None
    if text is None and isinstance(value, dict):
        return ""
    if not isinstance(text, str):
        raise ValueError("no text")
    return text
