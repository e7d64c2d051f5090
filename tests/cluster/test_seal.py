"""The seal of what processes write to Redis: it opens with the same secret, at the same place, unchanged."""

import pytest

from Dweb.cluster import seal
from Dweb.cluster.seal import Rejected, Seal


def test_a_text_comes_back_from_its_place() -> None:
    for text in ("", "你好 👋🏽", "x" * 100_000):
        assert Seal("secret").open("channel", Seal("secret").close("channel", text)) == text


@pytest.mark.parametrize("changed", [b"", b"short", b"\0" * 32, b"\0" * 40])
def test_another_secret_place_or_text_is_rejected(changed: bytes) -> None:
    mine = Seal("secret")
    sealed = mine.close("channel", "text")
    flipped = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for data in (changed, sealed[:-1], sealed + b"x", *flipped):
        with pytest.raises(Rejected):
            mine.open("channel", data)
    with pytest.raises(Rejected):
        mine.open("key", sealed)
    with pytest.raises(Rejected):
        Seal("another").open("channel", sealed)


def test_a_former_secret_opens_and_does_not_seal() -> None:
    old, new = Seal("old"), Seal("new", "old")
    assert new.open("channel", old.close("channel", "text")) == "text"
    with pytest.raises(Rejected):
        old.open("channel", new.close("channel", "text"))


def test_what_is_rejected_is_counted_and_logged_once_in_a_while(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(seal.time, "monotonic", lambda: now[0])
    mine = Seal("secret")
    for moment in (100, 101, 159, 161, 200):
        now[0] = moment
        mine.reject(Rejected("a reason"))
    assert mine.rejected == 5
    assert [record.getMessage() for record in caplog.records] == [
        "Rejected something in Redis, 1 times so far: a reason.",
        "Rejected something in Redis, 4 times so far: a reason.",
    ]
