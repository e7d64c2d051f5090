"""Folds texts, finds their words and the terms of the index. Asks no database."""

import re
import unicodedata
from bisect import bisect_left
from itertools import pairwise

from ..models import TERM_CHARS

PREFIX_CHARS = 3  # a shorter word is looked for as it is, not as the beginning of others
MAX_RANGES = 8  # parts of a query that are looked up; the texts found are compared with the whole query
LAST = "\U0010ffff"

# Scripts that are written without spaces, and Hangul, whose words carry endings: Thai and Lao, Myanmar, Khmer,
# Hangul, kana and bopomofo, Han.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\uac00-\ud7a3"
    "\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
)
# Marks within words: of Cyrillic, Hebrew, Arabic and the scripts of India.
MARKS = "\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0980-\u0dff"

_RUN = re.compile(f"[{UNSPACED}]+")
_WORD = re.compile(f"[^\\W_{UNSPACED}]+(?:[{MARKS}]+[^\\W_{UNSPACED}]*)*")
_ASCII_WORD = re.compile("[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")  # not the marks of kana, which make other letters


def unfolded(text: str) -> str:
    """The text with each character in its parts: U+FDFA has 18. The first step of fold(), and the one that grows."""
    return text if text.isascii() else unicodedata.normalize("NFKD", text)


def fold(text: str, most: int | None = None) -> str:
    """One spelling for texts that people take for the same: without case, width and accents.

    Of what a text unfolds to, at most the first `most` characters count.
    """
    if text.isascii():
        return text.lower()[:most]
    text = unicodedata.normalize("NFKD", unfolded(text)[:most].casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text))


def words(folded: str) -> list[str]:
    """The words of a folded text, in scripts that have them."""
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def runs(folded: str) -> list[str]:
    """The runs of scripts that are written without spaces."""
    return [] if folded.isascii() else _RUN.findall(folded)


def terms(text: str, most: int | None = None) -> list[str]:
    """The terms of a text in the index, at most `most`: words, and of runs each two neighbouring characters.

    The last character of a run is a term, too, so each character begins a term and is found by it.
    """
    folded = fold(text)
    found = dict.fromkeys([word[:TERM_CHARS] for word in words(folded)])
    for run in runs(folded):
        found.update(dict.fromkeys(map("".join, pairwise(run))))
        found[run[-1]] = None
    return list(found)[:most]


class Query:
    """A query: a text matches if it has all words, the longer ones as beginnings, and all runs."""

    def __init__(self, text: str) -> None:
        folded = fold(text)
        self._words = list(dict.fromkeys(words(folded)))
        self._runs = list(dict.fromkeys(runs(folded)))

    def ranges(self) -> list[tuple[str, str]]:
        """The first and the last term of each range in the index that a text must have a term in; rare ones first."""
        found = [(word[:TERM_CHARS], LAST if len(word) >= PREFIX_CHARS else "") for word in self._words]
        for run in self._runs:
            found += [(run[at : at + 2], "") for at in {*range(0, len(run) - 1, 2), len(run) - 2} if at >= 0]
            found += [(run, LAST)] if len(run) == 1 else []
        found.sort(key=lambda each: len(each[0].encode()), reverse=True)
        return [(low, low + end) for low, end in found[:MAX_RANGES]]

    def matches(self, folded: str) -> bool:
        """True if this text, which is folded already, has all of the query."""
        if not self._words:
            return bool(self._runs) and all(run in folded for run in self._runs)
        have = sorted(words(folded))
        return all(run in folded for run in self._runs) and all(_begins(word, have) for word in self._words)


def _begins(word: str, have: list[str]) -> bool:
    """True if one of these sorted words is this word, or a longer one that begins with it."""
    at = bisect_left(have, word)
    return at < len(have) and (have[at] == word or (len(word) >= PREFIX_CHARS and have[at].startswith(word)))
