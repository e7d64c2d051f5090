"""Which names a new person, account or room may have, and which names look alike."""

import pytest

from Dweb.models import fault_of, skeleton

GOOD = [
    "Anna Boss", "李伟", "李伟（三班）", "卡尔·马克思", "Java交流群", "LG전자", "Tシャツ", "カナかな漢字ー", "ㄅㄆ中文",
    "Жанна Д'Арк", "Том (Tom)", "Анна-Anna", "Nguyễn Văn A", "Nguye\u0302\u0303n", "ʻOkina", "µTorrent", "Tom_2",
    "!!!", "٣", "Anna ❤️", "👩‍👩‍👧‍👦 Ünï 中文", "🏳️‍🌈", "🧑🏽‍⚕️",  # emoji have joiners and a mark of style
    "علی\u200cرضا", "क\u094d\u200dष", "<script>",
]  # fmt: skip
UNSEEN = [
    "\u3164", "Anna\u3164", "\u202eAnna\u200b\n Boss", "Anna\nBoss", "Anna\tBoss", "Anna\x7f", "Anna\u00ad",
    "lobby\ufe0f", "\u200b", "\ufeffAnna", "Anna\u00a0Boss", "Anna\u3000Boss", "Anna\u2028", "Anna\u034f",
    "Anna\u2800", "Anna\U000e0041", "Anna\u2066", "\u115f", "Anna\ue000", "An\u200cna", "An\u200dna", "علی\u200c",
    "\u200d❤", "A\ufe0f", "\u200c",
]  # fmt: skip
MIXED = [
    "l\u043ebby", "\u0410nna Boss", "Boss \u0410nna", "B\u043eb", "\u041e'Brien", "\u0430.nna", "\u03a9mega", "Москвa",
    "한а", "漢\u0430", "ｌ\u043ebby", "Nguye\u0302\u0303\u043f",
]  # fmt: skip

ALIKE = [
    ("lobby", "Lobby", "LOBBY", "lobby\ufe0f", "l\u043ebby", "Iobby", "1obby", "|obby", "l0bby", "lob\u200bby"),
    ("Anna Boss", "anna boss", "\u202eAnna\u200b\n Boss", "Anna  Boss", "Anna\u00a0Boss", "\u0410nna B\u043ess"),
    ("Anna Boss", "Anna Boss (anna)", "Anna Boss（anna）", "Anna Boss (a) (b)"),
    ("caf\u00e9", "cafe\u0301", "CAF\u00c9"),
    ("", "\u3164", "\u200b"),
    ("Mary", "rnary"),
]
DIFFERENT = [
    "lobby",
    "lobbý",
    "lobby2",
    "hobby",
    "李伟",
    "李玮",
    "Анна",
    "Инна",
    "mail",
    "mall",
    "(anna)",
    "(bob)",
    "a b",
    "ab",
]


@pytest.mark.parametrize("name", GOOD, ids=ascii)
def test_names_of_any_script_are_good(name: str) -> None:
    assert fault_of(name) is None


@pytest.mark.parametrize("name", UNSEEN, ids=ascii)
def test_what_nobody_sees_is_refused(name: str) -> None:
    assert "invisible" in (fault_of(name) or "")


@pytest.mark.parametrize("name", MIXED, ids=ascii)
def test_a_word_has_one_script(name: str) -> None:
    assert "different scripts" in (fault_of(name) or "")


@pytest.mark.parametrize("names", ALIKE, ids=ascii)
def test_names_that_look_alike_have_one_skeleton(names: tuple[str, ...]) -> None:
    assert len({skeleton(name) for name in names}) == 1


def test_a_sign_with_brackets_in_it_is_no_bracket() -> None:
    assert skeleton("小组⑴") != skeleton("小组⑵")
    assert skeleton("Carol ❨carol❩") == skeleton("Carol")


def test_other_names_have_others() -> None:
    assert len({skeleton(name) for name in DIFFERENT}) == len(DIFFERENT)
