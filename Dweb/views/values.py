"""Values of fields: text, numbers, times and words, checked for shape and size. Each raises Refusal, bad_input."""

import unicodedata
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..refusal import Refusal

MAX_NUMBER = 2**63 - 1
FLAGS = {"0": False, "1": True}


def is_text(value: object) -> bool:
    """True for text that can be sent on: JSON can smuggle in halves of surrogate pairs, which are no text."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean_line(data: Mapping[str, Any], field: str, most: int) -> str:
    """A line of at most so many characters, its blanks as one space each; empty if there is none. Raises Refusal."""
    value = data.get(field, "")
    if not is_text(value) or any(unicodedata.category(char) in ("Cc", "Cs") and not char.isspace() for char in value):
        raise Refusal("bad_input", _("%(field)s must be text.") % {"field": field})
    line = unicodedata.normalize("NFC", " ".join(value.split()))
    if len(line) > most:
        detail = _("%(field)s has at most %(most)d characters.") % {"field": field, "most": most}
        raise Refusal("bad_input", detail)
    return line


def clean_word(data: Mapping[str, Any], field: str, words: Collection[str], default: str | None = None) -> str:
    """One of these words; `default` where none is given. Raises Refusal."""
    value = given(data, field)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or value not in words:
        numbers = {"field": field, "words": ", ".join(words)}
        raise Refusal("bad_input", _("%(field)s must be one of these: %(words)s.") % numbers)
    return value


def clean_numbers(data: Mapping[str, Any], field: str, most: int) -> list[int]:
    """Whole numbers between commas, at most so many; none if the field is absent or blank. Raises Refusal."""
    parts = [part for part in str(given(data, field) or "").split(",", most + 1) if part.strip()]
    if len(parts) > most:
        raise Refusal("bad_input", _("%(field)s has at most %(most)d numbers.") % {"field": field, "most": most})
    return [clean_number({field: part.strip()}, field) for part in parts]


def clean_flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name)
    if not isinstance(value, bool):
        raise Refusal("bad_input", _("%(name)s must be true or false.") % {"name": name})
    return value


def clean_number(data: Mapping[str, Any], field: str, default: int | None = None) -> int:
    """A whole number from 0 to 2^63 - 1, as a number or in digits; `default` where none is given. Raises Refusal."""
    value = given(data, field)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise Refusal("bad_input", _("%(field)s must be a whole number, 0 or more.") % {"field": field})
    return value


def clean_between(data: Mapping[str, Any], field: str, low: int, high: int, default: int) -> int:
    """A whole number within bounds; `default` where none is given. Raises Refusal."""
    value = clean_number(data, field, default)
    if not low <= value <= high:
        numbers = {"field": field, "low": low, "high": high}
        raise Refusal("bad_input", _("%(field)s must be a number from %(low)d to %(high)d.") % numbers)
    return value


def clean_optional_number(data: Mapping[str, Any], field: str) -> int | None:
    """A number like clean_number(), or None for a field that is absent or blank."""
    return None if given(data, field) is None else clean_number(data, field)


def clean_optional_time(data: Mapping[str, Any], field: str) -> datetime | None:
    """A time with its zone, as ISO 8601 writes it, or None for a field that is absent or blank. Raises Refusal."""
    value = given(data, field)
    with suppress(ValueError, TypeError, OverflowError):
        time = None if value is None else datetime.fromisoformat(value)
        if time is None or (time.tzinfo is not None and value.isprintable()):
            return time and time.astimezone(UTC)
    raise Refusal("bad_input", _("%(field)s must be a time such as 2026-01-31T09:00:00Z.") % {"field": field})


def clean_query(data: Mapping[str, Any], most: int) -> str:
    """The text `q` that is looked for, at most so many characters; empty if there is none. Raises Refusal."""
    query = data.get("q", "").strip()
    if not is_text(query) or "\0" in query or len(query) > most:
        raise Refusal("bad_input", _("q must be text of at most %(most)d characters.") % {"most": most})
    return query


def given(data: Mapping[str, Any], field: str) -> Any:
    """The field's value; None when it is absent or blank, as forms send what was left out."""
    value = data.get(field)
    return None if value == "" else value
