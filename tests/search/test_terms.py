"""The terms of a text."""

from Dweb.search.terms import LAST, terms


def test_terms() -> None:
    assert terms("Meet me, meet 中国人 at 3!", 500) == ["meet", "me", "at", "3", "中国", "国人", "人"]
    assert all(term < LAST for term in terms("".join(map(chr, range(0x20, 0xD800))), 100_000))
