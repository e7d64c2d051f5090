"""The colours of code: which parts have one, that the code stays as it was, and that no input takes long."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ...support.server import Server, Visitor
from ..colours import GROUND_OF, RATIO
from ..tab import Tab

pytestmark = pytest.mark.browser

PARTS = """([text, language]) => import("/static/js/lib/colours.js").then(({ colour }) => {
    const code = document.createElement("code");
    code.textContent = text;
    colour(code, language);
    return [code.textContent, [...code.children].map((each) => [each.className, each.textContent])];
})"""
# What every part is, by its language.
CASES: list[tuple[str, str, list[tuple[str, str]]]] = [
    (
        "python",
        "def retry(url):  # \"slow\"\n    return fetch(url, timeout=30.5)['a\\'b']",
        [("word", "def"), ("comment", '# "slow"'), ("word", "return"), ("number", "30.5"), ("string", "'a\\'b'")],
    ),
    ("PY", 'x1 = """a\n# b""" or 0xFF', [("string", '"""a\n# b"""'), ("word", "or"), ("number", "0xFF")]),
    (
        "js",
        "const a = `x${1}`; // if\nlet $if = /* 2 */ 'it'",
        [
            ("word", "const"),
            ("string", "`x${1}`"),
            ("comment", "// if"),
            ("word", "let"),
            ("comment", "/* 2 */"),
            ("string", "'it'"),
        ],
    ),
    ("json", '{"a": [1, true]}', [("string", '"a"'), ("number", "1"), ("word", "true")]),
    (
        "rust",
        "fn f<'a>(x: &'a str) -> char { 'b' } // 'c'",
        [("word", "fn"), ("word", "char"), ("string", "'b'"), ("comment", "// 'c'")],
    ),
    (
        "sh",
        'if [ "$#" -gt 1 ]; then # more',
        [("word", "if"), ("string", '"$#"'), ("number", "1"), ("word", "then"), ("comment", "# more")],
    ),
    (
        "sql",
        "SELECT name from t -- where\nWHERE id = 7",
        [("word", "SELECT"), ("word", "from"), ("comment", "-- where"), ("word", "WHERE"), ("number", "7")],
    ),
    (
        "html",
        '<!-- a --><p class="b">if</p>',
        [("comment", "<!-- a -->"), ("word", "p"), ("string", '"b"'), ("word", "p")],
    ),
    ("css", "a { margin: 4px } /* if */", [("number", "4px"), ("comment", "/* if */")]),
    (
        "diff",
        "@@ -1 +1 @@\n-old\n+new\n same",
        [("meta", "@@ -1 +1 @@"), ("removed", "-old"), ("added", "+new")],
    ),
    ("klingon", "if 1 # 'a'", []),
    ("__proto__", "if 1", []),
]
HARD = [
    '"',
    "'",
    "`",
    "/*",
    '"""',
    "<!--",
    "#",
    "1_",
    "1.",
    "\\",
    '"\\',
    "<a",
    '="',
    "$",
    "-- ",
    "\n-",
    "é1",
    "0x",
    "0xaz_",
    "1eK",
]

# One long word, and what follows it.
UNENDED = ["0x" + "a" * 3_980 + "z_", "1" + "a" * 3_980 + "_", "0x" + "a" * 3_980 + "\u212a", "1e" + "1" * 3_980 + "é"]

TIME = """([part, language]) => import("/static/js/lib/colours.js").then(({ colour }) => {
    const code = document.createElement("code");
    const times = [];
    for (let round = 0; round < 5; round++) {
        code.textContent = part.repeat(4000).slice(0, 4000);
        const began = performance.now();
        colour(code, language);
        times.push(performance.now() - began);
    }
    return [Math.min(...times), code.children.length, code.textContent === part.repeat(4000).slice(0, 4000)];
})"""
CONTRASTS = f"""each => {{ {RATIO} {GROUND_OF}
    return ratio(getComputedStyle(each).color, groundOf(each));
}}"""


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, crowd: Iterator[Visitor]) -> Iterator[Page]:
    context = browser.new_context()
    tab = Tab(context, server, next(crowd))
    tab.go("/news_chat/")
    yield tab.page
    context.close()


@pytest.mark.parametrize(("language", "text", "parts"), CASES, ids=[case[0] for case in CASES])
def test_the_parts_of_code(page: Page, language: str, text: str, parts: list[tuple[str, str]]) -> None:
    shown, found = page.evaluate(PARTS, [text, language])
    assert shown == text
    assert [tuple(part) for part in found] == parts


@pytest.mark.parametrize("language", ["python", "sh", "js", "go", "css", "sql", "html", "diff"])
def test_no_code_takes_long_or_makes_many_elements(page: Page, language: str) -> None:
    found: dict[str, Any] = {part: page.evaluate(TIME, [part, language]) for part in HARD}
    for part in UNENDED:
        found[part] = page.evaluate(TIME, [part, language])
    slow = {part: took for part, (took, _, _) in found.items() if took > 50}
    assert slow == {}
    assert max(elements for _, elements, _ in found.values()) <= 1_001
    assert all(same for *_, same in found.values())


def test_a_message_has_them_in_both_themes_and_is_copied_as_it_was(
    visit: Any, server: Server, two: tuple[Visitor, Visitor], room: str
) -> None:
    code = "def f():  # why\n    return 'a' + 1"
    two[0].say(f"```python\n{code}\n```", room=room)
    two[0].say("```diff\n-old\n+new\n```", room=room)
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    made = tab.stored_message(1).locator("code")
    expect(made.locator("span")).to_have_text(["def", "# why", "return", "'a'", "1"])
    expect(tab.stored_message(2).locator("code span")).to_have_text(["-old", "+new"])
    assert made.text_content() == code
    for theme in ("light", "dark"):
        tab.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for each in tab.page.locator("code span").all():
            assert each.evaluate(CONTRASTS) >= 4.5, (theme, each.text_content())


def test_without_colours_the_code_is_there(visit: Any, server: Server, two: tuple[Visitor, Visitor], room: str) -> None:
    tab = visit(server, two[1], "about:blank://")
    tab.may_say("ERR_FAILED|Failed to fetch|dynamically imported")
    tab.page.route("**/colours.*js", lambda route: route.abort())
    two[0].say("```python\nif 1: pass\n```", room=room)
    tab.go(f"/news_chat/?num={room}")
    expect(tab.greeted().stored_message(1).locator("code")).to_have_text("if 1: pass")
