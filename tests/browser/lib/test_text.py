"""The text of messages: what becomes of marks, links and mentions, and that no input takes long or makes markup."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ...support.mentions import CASES as MENTIONS
from ...support.server import Server, Visitor
from ..hostile import HOSTILE
from ..tab import Tab

pytestmark = pytest.mark.browser

NAMES = {"ann": 1, "ann lee": 2, "小明": 3, "小明明": 4, "o'brien": 5, "snake_case": 6, "élodie": 7}
ME = 1

RENDER = """([text, names, me]) => import("/static/js/lib/text.js").then(({ render }) => {
    const made = document.createElement("div");
    made.append(render(text, { names: new Map(Object.entries(names)), me }));
    for (const each of made.querySelectorAll(".code")) {
        each.replaceWith(["code", each.dataset.language].filter(Boolean).join(" "), ": ", each.textContent);
    }
    return made.innerHTML.replaceAll(' dir="auto"', "").replaceAll(' rel="noopener noreferrer"', "")
        .replaceAll(' target="_blank"', "");
})"""
PLAIN = """([text, most]) => import("/static/js/lib/text.js").then(({ plain }) => plain(text, most))"""
# The least of several milliseconds: what else the machine does only adds to it.
MENTIONED = """([text, people, me]) => import("/static/js/lib/text.js").then(({ mentions }) => {
    return mentions(text, new Map(people), me);
})"""

TIME = """([part, length]) => import("/static/js/lib/text.js").then(({ render }) => {
    const text = part.repeat(length).slice(0, length);
    const names = new Map([["ann", 1], ["ann lee", 2], ["@", 3], ["@@@@", 4]]);
    const times = [];
    for (let round = 0; round < 5; round++) {
        const began = performance.now();
        render(text, { names, me: 1 });
        times.push(performance.now() - began);
    }
    return Math.min(...times);
})"""
ELEMENTS_OF = """(text) => import("/static/js/lib/text.js").then(({ render }) =>
    render(text, {}).querySelectorAll("*").length)"""
DEPTH = """(text) => import("/static/js/lib/text.js").then(({ render }) => {
    const depth = (node) => 1 + Math.max(0, ...[...node.children].map(depth));
    return depth(render(text, {}));
})"""

# What became of each text: names of elements and of attributes, addresses, and the text that is shown.
ELEMENTS = """(texts) => import("/static/js/lib/text.js").then(({ render }) => texts.map((text) => {
    const made = document.createElement("div");
    made.append(render(text, {}));
    const all = [...made.querySelectorAll("*")];
    const attributes = all.flatMap((each) => [...each.attributes].map(({ name }) => name));
    const hrefs = all.filter(({ tagName }) => tagName === "A").map(({ href }) => href);
    return [all.map(({ tagName }) => tagName), attributes, hrefs, made.textContent];
}))"""
TAGS = {"P", "A", "STRONG", "EM", "CODE", "PRE", "DIV", "BUTTON", "UL", "OL", "LI", "BLOCKQUOTE"}
TAGS |= {"S", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD"}
ATTRIBUTES = {"dir", "class", "href", "rel", "target", "type", "value", "aria-label", "data-language"}
ATTRIBUTES |= {"title", "tabindex"}


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server, crowd: Iterator[Visitor]) -> Iterator[Page]:
    """One page for all: nothing here changes it."""
    context = browser.new_context(locale="en-GB")
    tab = Tab(context, server, next(crowd))
    tab.go("/news_chat/")
    tab.greeted()
    yield tab.page
    context.close()


def link(url: str) -> str:
    return f'<a href="{url}">{url}</a>'


def named(words: str, url: str) -> str:
    return f'<a href="{url}" title="{url}">{words}</a>'


def item(name: str, userid: int) -> str:
    return f'<bdi class="mention{" me" if userid == ME else ""}" data-userid="{userid}">@{name}</bdi>'


TABLE = '<div class="table" tabindex="0"><table>'
INLINE = {
    "plain words": "plain words",
    "a\nb": "a\nb",
    # Bold and italic.
    "**bold** and __bold__": "<strong>bold</strong> and <strong>bold</strong>",
    "*italic*, _italic_.": "<em>italic</em>, <em>italic</em>.",
    "***both***": "<strong><em>both</em></strong>",
    "**bold *and italic***": "<strong>bold <em>and italic</em></strong>",
    "*italic **and bold***": "<em>italic <strong>and bold</strong></em>",
    "**a _b_ c**": "<strong>a <em>b</em> c</strong>",
    "snake_case_name and 2*3*4": "snake_case_name and 2*3*4",
    "2 * 3 * 4": "2 * 3 * 4",
    "*.js and *.ts": "*.js and *.ts",
    "*.js and *this*": "*.js and <em>this</em>",
    "f(*args, **kwargs)": "f(*args, **kwargs)",
    "**never closed": "**never closed",
    "closed never**": "closed never**",
    "*two **three*": "<em>two **three</em>",
    "****": "****",
    "****four****": "****four****",
    "** **": "** **",
    "¯\\_(ツ)_/¯": "¯\\_(ツ)_/¯",
    "这是**重点**内容": "这是<strong>重点</strong>内容",
    "한국어**강조**는": "한국어<strong>강조</strong>는",
    "**重点**word": "**重点**word",
    "_ _": "_ _",
    "__init__": "<strong>init</strong>",
    "/*comment*/": "/<em>comment</em>/",
    # Code.
    "`code`": "<code>code</code>",
    "`**not bold** @Ann http://a.b`": "<code>**not bold** @Ann http://a.b</code>",
    "``a ` b``": "<code>a ` b</code>",
    "`` `a` ``": "<code>`a`</code>",
    "` `": "<code> </code>",
    "`never closed": "`never closed",
    "``not `closed": "``not `closed",
    "**`a*b`**": "<strong><code>a*b</code></strong>",
    "`<b>&amp;</b>`": "<code>&lt;b&gt;&amp;amp;&lt;/b&gt;</code>",
    "```one line```": "<code>one line</code>",
    # Links.
    "see https://a.example/x.": f"see {link('https://a.example/x')}.",
    "(http://a.example/x)": f"({link('http://a.example/x')})",
    "http://a.example/x_(y)": link("http://a.example/x_(y)"),
    "(http://a.example/x_(y)), so": f"({link('http://a.example/x_(y)')}), so",
    "[a](http://a.example)": named("a", "http://a.example"),
    "see [the *notes*](https://a.example/x_y#z)!": f"see {named('the *notes*', 'https://a.example/x_y#z')}!",
    "**[笔记](https://a.example/路径)**": f"<strong>{named('笔记', 'https://a.example/路径')}</strong>",
    "[a](http://a:b:c/)": "[a](http://a:b:c/)",
    "[ ](http://a.example)": f"[ ]({link('http://a.example')})",
    "[a](javascript:alert(1))": "[a](javascript:alert(1))",
    "[a] (http://a.example)": f"[a] ({link('http://a.example')})",
    "[b.example](http://a.example)": named("b.example (a.example)", "http://a.example"),
    "[→ https://b.example/x](http://a.example:81/)": named(
        "→ https://b.example/x (a.example:81)", "http://a.example:81/"
    ),
    "[пример.рф](http://a.example)": named("пример.рф (a.example)", "http://a.example"),
    "[b\uff0eexample](http://a.example)": named("b\uff0eexample (a.example)", "http://a.example"),
    "[nothing\u202egnihton](http://a.example)": f"[nothing\u202egnihton]({link('http://a.example')})",
    "[👩\u200d👧](http://a.example)": named("👩\u200d👧", "http://a.example"),
    "[a][b](http://a.example)": f"[a]{named('b', 'http://a.example')}",
    # Struck out.
    "~~no~~ yes": "<s>no</s> yes",
    "**~~no~~**": "<strong><s>no</s></strong>",
    "~one~ ~~~three~~~ ~/path a~~b": "~one~ ~~~three~~~ ~/path a~~b",
    "http://a.example/?a[]=1&b=2#c": link("http://a.example/?a[]=1&amp;b=2#c"),
    "**http://a.example/a_b_c**": f"<strong>{link('http://a.example/a_b_c')}</strong>",
    "<http://a.example>": f"&lt;{link('http://a.example')}&gt;",
    '"http://a.example"': f'"{link("http://a.example")}"',
    "看https://a.example/路径\uff0c很好": f"看{link('https://a.example/路径')}\uff0c很好",
    "\uff08见 http://a.example/a\uff09。": f"\uff08见 {link('http://a.example/a')}\uff09。",
    "HTTPS://A.example/": link("HTTPS://A.example/"),
    "http://[::1]:8000/": link("http://[::1]:8000/"),
    "http://": "http://",
    "http:// x": "http:// x",
    "xhttp://a.example": "xhttp://a.example",
    "http://a:b:c/": "http://a:b:c/",
    "javascript:alert(1) data:text/html,x ftp://a.example file:///x": (
        "javascript:alert(1) data:text/html,x ftp://a.example file:///x"
    ),
    "https://a.example/\u202egnp.exe": f"{link('https://a.example/')}\u202egnp.exe",
    # Mentions.
    "@Ann!": f"{item('Ann', 1)}!",
    "@ANN LEE, hello": f"{item('ANN LEE', 2)}, hello",
    "@Ann Leek": f"{item('Ann', 1)} Leek",
    "@Anna": "@Anna",
    "me@ann.example": "me@ann.example",
    "你好@小明你好": f"你好{item('小明', 3)}你好",
    "@小明明": item("小明明", 4),
    "@小明abc": f"{item('小明', 3)}abc",
    "@O'Brien's": item("O'Brien", 5) + "'s",
    "@snake_case": item("snake_case", 6),
    "@ÉLODIE": item("ÉLODIE", 7),
    "_@Ann_": f"<em>{item('Ann', 1)}</em>",
    "@@Ann": f"@{item('Ann', 1)}",
    "@nobody @": "@nobody @",
}

BLOCKS = {
    "": "",
    " \n\n ": "",
    "a\n\nb": "<p>a</p><p>b</p>",
    "a\r\nb\r\rc": "<p>a\nb</p><p>c</p>",
    "  indented": "<p>  indented</p>",
    "#no heading\n---\n| a |": "<p>#no heading\n---\n| a |</p>",
    "# One\ntwo\n### *Three*\n#### four": (
        '<p class="heading">One</p><p>two</p><p class="heading"><em>Three</em></p><p>#### four</p>'
    ),
    "a | b\n--|:-:\n1 | **2**\n3\nafter": (
        f'{TABLE}<thead><tr><th>a</th><th class="center">b</th></tr></thead><tbody>'
        '<tr><td>1</td><td class="center"><strong>2</strong></td></tr></tbody></table></div><p>3\nafter</p>'
    ),
    "before\n| a \\| b |\n|--:|\n| x | more |": (
        f'<p>before</p>{TABLE}<thead><tr><th class="end">a | b</th></tr></thead><tbody>'
        '<tr><td class="end">x</td></tr></tbody></table></div>'
    ),
    "a | b\n--\nno table": "<p>a | b\n--\nno table</p>",
    "- one\n- two": "<ul><li>one</li><li>two</li></ul>",
    "* one\n* *two*": "<ul><li>one</li><li><em>two</em></li></ul>",
    "1. one\n2. two": '<ol><li value="1">one</li><li value="2">two</li></ol>',
    "7. one\n3. two": '<ol><li value="7">one</li><li value="3">two</li></ol>',
    "- a\n1. b": '<ul><li>a</li></ul><ol><li value="1">b</li></ol>',
    "- a\n  - b\n    - c\n- d": "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>",
    "1. a\n   - b\n2. c": '<ol><li value="1">a<ul><li>b</li></ul></li><li value="2">c</li></ol>',
    "- a\n  more\nafter": "<ul><li>a\nmore</li></ul><p>after</p>",
    "Buy:\n- milk": "<p>Buy:</p><ul><li>milk</li></ul>",
    "-no\n- ": "<p>-no\n- </p>",
    "1984. A novel": "<p>1984. A novel</p>",
    "> said\n> more\nanswer": "<blockquote><p>said\nmore</p></blockquote><p>answer</p>",
    "> - a\n> > b": "<blockquote><ul><li>a</li></ul><blockquote><p>b</p></blockquote></blockquote>",
    "> > > > deep": "<blockquote><blockquote><blockquote><p>&gt; deep</p></blockquote></blockquote></blockquote>",
    ">_< \n>:(": "<p>&gt;_&lt; \n&gt;:(</p>",
    ">": "<p>&gt;</p>",
    "```\na  **b**\n\n- c\n```": "code: a  **b**\n\n- c",
    "```py\nprint()\n```": "code py: print()",
    "```x = 1\ny\n```": "code: x = 1\ny",
    "before\n```\nx\n```\nafter": "<p>before</p>code: x<p>after</p>",
    "> ```\n> x\n> ```": "<blockquote>code: x</blockquote>",
    "```\nnever closed": "<p>```\nnever closed</p>",
    "```": "<p>```</p>",
    "🎉": '<p class="big">🎉</p>',
    "👩‍👩‍👧‍👦 🇨🇳 👍🏽 ❤️ 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿": '<p class="big">👩‍👩‍👧‍👦 🇨🇳 👍🏽 ❤️ 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿</p>',
    "🎉🎉🎉🎉🎉🎉🎉": "<p>🎉🎉🎉🎉🎉🎉🎉</p>",
    "🎉 yes": "<p>🎉 yes</p>",
    "123": "<p>123</p>",
}

SLOW = [
    "*",
    "**",
    "*a ",
    "**a *b ",
    "_",
    "_a",
    "`",
    "` `` ",
    "`a``b```",
    "[",
    "](",
    "(((( http://",
    "((((http://",
    "http://a)",
]
SLOW += [
    "http://a",
    "http://[",
    "https://a.b/(",
    ">",
    "> ",
    "> > \n",
    ">\n",
    "- ",
    "- a\n",
    "  - a\n",
    "1. ",
    "```\n",
    "```a\n",
]
SLOW += [
    "|a|a|a|a|a|a|a|a\n|-|-|-|-|-|-|-|-\n|\n|\n|\n|\n|\n|\n",
    "~~",
    "~~a ",
    "[a](http://",
    "[a](http://a",
    "a|",
    "|-",
    "a|b\n",
    "a|b\n-|-\n",
    "|\n-\n",
    " -",
    "# ",
    "# a\n",
    "\\|",
    "@",
    "@ann",
    "@ann lee ",
    " ",
    "\n",
    "\t- ",
    "a*",
    "*a_b`",
    "字*",
    "🎉",
    "e\u0301",
    "\u200b",
    "***a** ",
    "-\n",
    "~",
]


def shape(page: Page, text: str) -> Any:
    return page.evaluate(RENDER, [text, NAMES, ME])


def test_marks_links_and_mentions(page: Page) -> None:
    wrong = {text: got for text, right in INLINE.items() if (got := shape(page, text)) != f"<p>{right}</p>"}
    assert wrong == {}


def test_mentions_are_those_that_the_server_counts(page: Page) -> None:
    """It counts them for the greeting, and this page those that come while it is open."""
    people = {"alice": 1, "bob": 2}
    wrong = []
    for text, expected in MENTIONS:
        found = {name for name, userid in people.items() if page.evaluate(MENTIONED, [text, [*people.items()], userid])}
        if found != ({*people} if "all" in expected else expected):
            wrong.append((text, found))
    assert wrong == []


def test_paragraphs_lists_quotes_and_code(page: Page) -> None:
    wrong = {text: got for text, right in BLOCKS.items() if (got := shape(page, text)) != right}
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "most", "line"),
    [
        ("**a** `b`\n\n- c\n- d", 99, "a b c d"),
        ("> q\n\n1. x\n   - y", 99, "q x y"),
        ("```js\na\nb\n```", 99, "a b"),
        ("🎉🎉🎉🎉", 3, "🎉🎉…"),
        ("🎉🎉🎉", 3, "🎉🎉🎉"),
        ("@Ann http://a.b", 99, "@Ann http://a.b"),
        (" \n ", 9, ""),
    ],
)
def test_plain_is_one_line_without_marks(page: Page, text: str, most: int, line: str) -> None:
    assert page.evaluate(PLAIN, [text, most]) == line


@pytest.mark.alone
@pytest.mark.long
def test_no_input_takes_long(page: Page) -> None:
    """Twice the text, at most some three times the time; and never as long as a frame lasts."""
    for part in SLOW:
        short, long = (page.evaluate(TIME, [part, length]) for length in (4_000, 8_000))
        assert short < 16, part
        assert long < 3 * short + 1, part
        assert page.evaluate(TIME, [part, 60_000]) < 80 * short + 20, part


@pytest.mark.parametrize("text", ["|a" * 20 + "\n" + "|-" * 20 + "\n|" * 1_900, "|a\n|-\n" * 660])
def test_tables_make_few_elements(page: Page, text: str) -> None:
    assert page.evaluate(ELEMENTS_OF, text) < 1_000


def test_elements_are_never_deep(page: Page) -> None:
    depths = {part: page.evaluate(DEPTH, (part * 4_000)[:4_000]) for part in SLOW}
    assert max(depths.values()) <= 12, depths


def test_hostile_texts_make_no_markup(page: Page) -> None:
    made = page.evaluate(ELEMENTS, HOSTILE)
    assert len(made) == len(HOSTILE) > 200
    for text, (tags, attributes, hrefs, shown) in zip(HOSTILE, made, strict=True):
        assert set(tags) <= TAGS, text
        assert set(attributes) <= ATTRIBUTES, text
        assert all(href.startswith(("http://", "https://")) for href in hrefs), text
        for sign in "<=":  # nothing of it was eaten
            assert shown.count(sign) == text.count(sign), text


def test_code_is_copied_without_a_clipboard_too(page: Page) -> None:
    for secure in (True, False):
        page.evaluate(
            """async (secure) => {
                const { render } = await import("/static/js/lib/text.js");
                window.copied = null;
                const clipboard = { writeText: async (text) => { window.copied = text; } };
                const value = secure ? clipboard : undefined;
                Object.defineProperty(navigator, "clipboard", { value, configurable: true });
                document.querySelector("#try")?.remove();
                const made = document.createElement("div");
                made.id = "try";
                made.append(render("```py\\nfirst\\n  second\\n```"));
                document.body.append(made);
                document.oncopy = () => (window.copied = String(getSelection()));
            }""",
            secure,
        )
        page.locator("#try").get_by_role("button", name="Copy").dispatch_event("click")
        expect(page.locator("#try").get_by_role("button", name="Copied")).to_be_attached()
        assert page.evaluate("() => window.copied") == "first\n  second"
    page.evaluate("() => document.querySelector('#try').remove()")
