"""Names of people, accounts and rooms: the characters that a new one may have, and which names look alike.

The rules are those of Unicode Technical Standard #39. Names that were given before stay as they are.
"""

import re
from functools import cache
from itertools import takewhile
from typing import Any
from unicodedata import category, combining, normalize

from confusable_homoglyphs.categories import alias as script
from confusable_homoglyphs.utils import load
from django.db import models
from django.utils.translation import gettext as _

NAME_CHARS = 60
KEY_CHARS = 255  # of the keys below; names whose keys differ only beyond it count as alike

# Control characters, formats, separators, and characters that mean nothing by themselves.
UNSEEN_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"}
# Of other categories: those that Unicode calls default-ignorable, and the blank of Braille.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER, EMOJI_STYLE = "\u200c", "\u200d", "\ufe0f"
BRACKET = re.compile("[(\uff08]")
VIRAMA = 9  # a canonical combining class

EVERY_SCRIPT = {"COMMON", "INHERITED"}
# Scripts that are written together in China, Taiwan, Japan and Korea (section 5.1). Latin is written with them, too,
# and has no letter that looks like one of theirs (section 5.2): "Java交流群", "LG전자".
WRITTEN_WITH = {
    "HAN": {"Hanb", "Jpan", "Kore"},
    "LATIN": {"Hanb", "Jpan", "Kore"},
    "BOPOMOFO": {"Hanb"},
    "HIRAGANA": {"Jpan"},
    "KATAKANA": {"Jpan"},
    "HANGUL": {"Kore"},
}
UNSPACED = {"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "THAI"}  # scripts that put no spaces between words
EMOJI_CATEGORIES = {"So", "Sk", "Cn"}  # signs, colours of skin, and signs that are younger than this Python


def normalize_account(account: str) -> str:
    """One spelling for all spellings of an account: compatibility forms and case are folded."""
    return normalize("NFKC", normalize("NFKC", account).casefold())


def name_key(name: str, most: int = NAME_CHARS) -> str:
    """The key by which a name is found: its beginning, without case and width."""
    return (name.lower() if name.isascii() else normalize_account(name))[:most]


def is_of_word(char: str) -> bool:
    """True for a letter or digit of a script that puts spaces between words; False for no character."""
    return bool(char) and category(char)[0] in "LN" and script(char) not in UNSPACED


def fault_of(name: str) -> str | None:
    """The reason for which a new name is refused, as a sentence; None for a good name."""
    if name.isascii() and name.isprintable():
        return None
    if any(_is_unseen(char) and not _is_joined(name, at) for at, char in enumerate(name)):
        return _("A name may have no invisible characters, and no spaces but plain ones.")
    if _mixes_scripts(name):
        return _("A word of a name may not mix letters of different scripts, such as Latin and Cyrillic.")
    return None


def skeleton(name: str) -> str:
    """Returns the skeleton of a name, whatever its case: names that look alike have the same one (section 4).

    A bracket and what follows it do not count, because there an account stands behind a name.
    """
    seen = _seen(name)
    return _skeleton("".join(takewhile(lambda char: not BRACKET.fullmatch(_look(char)), seen)).strip() or seen)


def title_skeleton(title: str) -> str:
    """The same of a title, in which brackets count: `Class (A)`."""
    return _skeleton(_seen(title))


class KeyField(models.CharField):
    """Follows a name, the field `of`, each time a row is stored."""

    def __init__(self, of: str = "username", **options: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": KEY_CHARS, "db_index": True, "editable": False, "default": ""} | options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, values, options = super().deconstruct()
        return name, path, values, options | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = self.key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key

    def key(self, name: str) -> str:
        raise NotImplementedError


class NameKeyField(KeyField):
    def key(self, name: str) -> str:
        return name_key(name, self.max_length)


class SkeletonField(KeyField):
    def key(self, name: str) -> str:
        return title_skeleton(name) if self.of == "title" else skeleton(name)


def _seen(name: str) -> str:
    """What one sees of a name."""
    return "".join(" " if char.isspace() else char for char in name if char.isspace() or not _is_unseen(char))


def _skeleton(seen: str) -> str:
    look = _look(_look(seen).casefold())  # "M" looks like nothing else, "m" looks like "rn"
    return " ".join(look.split())[:KEY_CHARS]


def _is_unseen(char: str) -> bool:
    return char != " " and (category(char) in UNSEEN_CATEGORIES or UNSEEN.match(char) is not None)


def _is_joined(name: str, at: int) -> bool:
    """True for an invisible character that an emoji, an Indic script or Persian needs at its place."""
    char, before, after = name[at], name[at - 1 : at], name[at + 1 : at + 2]
    if char == EMOJI_STYLE:
        return before != "" and category(before) in EMOJI_CATEGORIES
    if char not in (ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER) or not before or not after:
        return False
    if combining(before) == VIRAMA:
        return True
    if char == ZERO_WIDTH_NON_JOINER:
        return script(before) == script(after) == "ARABIC"
    return (before == EMOJI_STYLE or category(before) in EMOJI_CATEGORIES) and category(after) in EMOJI_CATEGORIES


def _mixes_scripts(name: str) -> bool:
    """True if no script has all letters of a word. A word ends at a space or sign, except at an apostrophe or a dot."""
    common: set[str] | None = None  # the scripts that have all letters of the word so far
    for char in name:
        if category(char)[0] in "LM" and (own := script(char)) not in EVERY_SCRIPT:
            scripts = {own} | WRITTEN_WITH.get(own, set())
            common = scripts if common is None else common & scripts
            if not common:
                return True
        elif category(char)[0] not in "LMN" and char not in "'’.":
            common = None
    return False


def _look(text: str) -> str:
    return normalize("NFD", normalize("NFD", text).translate(_prototypes()))


@cache
def _prototypes() -> dict[int, str]:
    """Maps characters to those that they look like, as str.translate() takes it; 1 MB, read with the first use.

    The package's table has each pair under both of its members: the first one under the source, which has no other
    prototype. Marks of direction around members are the package's own.
    """
    pairs = load("confusables.json")
    found: dict[int, str] = {}
    targets: set[str] = set()
    for char, others in pairs.items():
        if char in targets or len(others) > 1:
            continue
        target = others[0]["c"]
        targets.add(target)
        found[ord(char.strip("\u200e"))] = target.strip("\u200e")
    return found
