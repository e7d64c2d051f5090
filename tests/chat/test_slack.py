"""What programs send to a webhook becomes our Markdown: Slack's payload in all of its forms, and plain text."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from Dweb.chat.mrkdwn import to_markdown
from Dweb.chat.slack import FORM, JSON, Post, Unreadable, cut, parsed

PAYLOADS = Path(__file__).parent / "payloads"

READ = {
    "alertmanager": """\
> **[(FIRING:1) InstanceDown (node critical)](http://alertmanager.example:9093/#/alerts?receiver=slack)**
>
> **Summary:** web-1 is down
> **Labels:**
>  - job: `node`
>  - severity: `critical`
>
> **Since** 5m
>
> [Runbook 📗](https://runbooks.example/InstanceDown)""",
    "gitea": """\
[[test/repo](http://localhost:3000/test/repo):[test](http://localhost:3000/test/repo/src/branch/test)] \
2 new commits pushed by user1

> [2020558](http://localhost:3000/test/repo/commit/2020558fe2e34debb818a514715839cabd25e778): commit message - user1
> [2020558](http://localhost:3000/test/repo/commit/2020558fe2e34debb818a514715839cabd25e778): commit message - user1""",
    "gitlab": """\
test.user pushed to branch [master](http://url.com/-/commits/master) of [project_name](http://url.com) \
([Compare changes](http://url.com/-/compare/before...after))

> [abcdefgh](http://url1.com): message1 - author1
>
> [12345678](http://url2.com): message2 w/ <html> - author2""",
    "grafana": """\
> **[(FIRING:1) (val1)](http://localhost/alerting/list)**
>
> **Firing**
>
> Value: [no value]
> Labels:
>  - alertname = alert1
>  - lbl1 = val1
> Annotations:
>  - ann1 = annv1
> Silence: http://localhost/alerting/silence/new?alertmanager=grafana\
&matcher=alertname%3Dalert1&matcher=lbl1%3Dval1
> Dashboard: http://localhost/d/abcd
> Panel: http://localhost/d/abcd?viewPanel=efgh
>
> [(FIRING:1) (val1)](https://www.example.com/test.png)
>
> Grafana v11.0.0""",
    "healthchecks": """\
> **[“Backup” is DOWN.](https://healthchecks.io/cloaked/x/)**
>
> **Project** Servers
> **Tags** `prod` `db`
> **Period** 1 day
> **Last Ping** Success, 2 days ago
> **Total Pings** 42""",
    "home-assistant": "**Laundry**\nThe washing machine is done",
    "slack-blocks": """\
Danny Torrence left the following review for your property:

[Overlook Hotel](https://example.com)\x20
 ⭐\x20
 Doors had too many axe holes, guest in room 237 was far too rowdy, whole place felt stuck in the 1920s.

[Haunted hotel image](https://example.com/haunted.jpg)

———

**Average Rating**
1.0

[pin](https://image.freepik.com/pin.jpg) Location: **Dogpatch**""",
    "uptime-kuma": """\
Uptime Kuma Alert
[Web] [🔴 Down] connect ECONNREFUSED @all

> # Uptime Kuma Alert
>
> **Message**
> [Web] [🔴 Down] connect ECONNREFUSED @all
>
> **Time (UTC)**
> 2026-12-01 05:00:00
>
> [Visit Uptime Kuma](https://kuma.example/dashboard/1)""",
}


def recorded(name: str) -> dict[str, Any]:
    return dict(json.loads((PAYLOADS / f"{name}.json").read_text()))


def of(payload: object) -> Post:
    return parsed(JSON, json.dumps(payload).encode())


def refused(kind: str, body: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        parsed(kind, body)
    return str(error.value)


def test_every_recorded_payload_is_looked_at() -> None:
    assert {each.stem for each in PAYLOADS.iterdir()} == READ.keys()


@pytest.mark.parametrize("name", READ)
def test_a_recorded_payload(name: str) -> None:
    payload = recorded(name)["payload"]
    assert of(payload).text == READ[name]
    form = f"payload={quote(json.dumps(payload))}".encode()
    assert parsed(FORM, form) == of(payload)


def test_a_name_and_an_emoji_are_read() -> None:
    assert of({"text": "x", "username": "Uptime &amp; Kuma", "icon_emoji": ":warning:"}) == ("x", "Uptime & Kuma", "⚠️")
    assert of({"text": "x", "icon_emoji": "🚀"}).icon == "🚀"
    assert of({"text": "x", "icon_emoji": "Ann"}).icon == of({"text": "x", "icon_emoji": ":grafana:"}).icon == ""


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain", "deployed *it*", "deployed *it*"),
        ("", "\ufeffdeployed", "deployed"),
        (FORM, "deployed 100% = done", "deployed 100% = done"),  # as `curl -d` says
        (FORM, '{"text": "*x*"}', "**x**"),
        (FORM, "text=a+b%21", "a b!"),
        ("text/plain", "{ not JSON }", "{ not JSON }"),
        ("application/json; charset=utf-8", '{"text": "a\tb"}', "a\tb"),
        (JSON, '{"msg": "from another program"}', "from another program"),
        (JSON, '{"text": "*x*", "mrkdwn": false}', "*x*"),
        (JSON, '{"text": "**x** and [y](http://z/)"}', "**x** and [y](http://z/)"),
        (JSON, '{"attachments": [{"fallback": "*x*"}]}', "> **x**"),
    ],
)
def test_a_text(kind: str, body: str, text: str) -> None:
    assert parsed(kind, body.encode()).text == text


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("text/plain", b"", "no_text"),
        ("text/plain", b" \n", "no_text"),
        (JSON, b"{}", "no_text"),
        (JSON, b'{"text": " ", "attachments": [{}, 7], "blocks": [{"type": "new"}]}', "no_text"),
        (JSON, b"", "invalid_payload"),
        (JSON, b"not JSON", "invalid_payload"),
        (JSON, b"[1]", "invalid_payload"),
        (JSON, b'"text"', "invalid_payload"),
        (JSON, b'{"text": "\\ud800"}', "invalid_payload"),
        (JSON, b'{"text": "a\\u0000b"}', "invalid_payload"),
        ("text/plain", b"\xff\xd8\xff\xe0", "invalid_payload"),
        ("application/octet-stream", b"a\0b", "invalid_payload"),
        (JSON, b'{"text":' * 100_000, "invalid_payload"),
        (JSON, b"[" * 100_000, "invalid_payload"),
        (JSON, b'{"text": ' + b"9" * 10_000 + b"}", "invalid_payload"),
        (FORM, b"payload=%7B", "invalid_payload"),
        (FORM, b"payload=%FF", "invalid_payload"),
        (FORM, b"text=1" + b"&a=1" * 1_000, "invalid_payload"),
    ],
)
def test_what_is_no_payload(kind: str, body: bytes, word: str) -> None:
    assert refused(kind, body) == word


@pytest.mark.parametrize(
    ("slack", "ours"),
    [
        ("*bold* _it_ ~gone~ `*code*`", "**bold** _it_ ~~gone~~ `*code*`"),
        ("2*3*4 a * b * c ** *", "2*3*4 a * b * c ** *"),
        ("*see <http://a/|this>* <http://b/*c*|d>", "**see [this](http://a/)** [d](http://b/*c*)"),
        ("<http://a/_(b)|see [1]>", "[see (1)](http://a/_%28b%29)"),
        ("<http://a/?x=1&amp;y=2>", "http://a/?x=1&y=2"),
        ("<javascript:alert(1)|here>", "here (javascript:alert(1))"),
        ("<mailto:a@b.example|mail> <tel:+1>", "mail +1"),
        ("<!here> <!channel> <!everyone> <!subteam^S1|@ops>", "@here @all @all @ops"),
        ("<@U1> <@U1|ann> <#C1|general>", "@U1 @ann #general"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("&lt;b&gt; &amp;amp; &quot;", "<b> &amp; &quot;"),
        ("&gt; quoted\n>too", "> quoted\n> too"),
        ("a\n>>> b\nc", "a\n> b\n> c"),
        ("• one\n  ◦ two", "- one\n  - two"),
        ("see ```if x &lt; 1:\n  *y*``` now", "see \n```\nif x < 1:\n  *y*\n```\n now"),
        (":tada: at 10:30:15, a:b:c, `:tada:`", "🎉 at 10:30:15, a:b:c, `:tada:`"),
    ],
)
def test_slacks_marks(slack: str, ours: str) -> None:
    assert to_markdown(slack) == ours


def test_rich_text_and_markdown_blocks() -> None:
    def words(text: str, **style: bool) -> dict[str, Any]:
        return {"type": "text", "text": text, "style": style}

    rich = [
        {"type": "rich_text_section", "elements": [words("Hello "), words("there ", bold=True), words("x", code=True)]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "link", "url": "http://a/", "text": "a"}]},
                {"type": "rich_text_section", "elements": [{"type": "emoji", "name": "tada"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "broadcast", "range": "here"}]},
        {"type": "rich_text_preformatted", "elements": [words("x = 1")]},
    ]
    said = of({"blocks": [{"type": "rich_text", "elements": rich}, {"type": "markdown", "text": "**ours**"}]}).text
    assert said == "Hello **there** `x`\n1. [a](http://a/)\n2. 🎉\n> @here\n```\nx = 1\n```\n\n**ours**"


def test_a_long_text_is_cut_and_says_how_much_is_missing() -> None:
    assert cut("x" * 100, 100) == "x" * 100
    kept = cut("x" * 10_000, 100)
    begin, _mark, rest = kept.partition("\n\n[… +")
    assert len(kept) <= 100
    assert len(begin) + int(rest.rstrip("]").replace(",", "")) == 10_000
    inside = cut("```\n" + "code\n" * 1_000 + "```", 200)
    assert len(inside) <= 200
    assert inside.count("\n```") == 1


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
WORDS = ("text", "type", "blocks", "attachments", "fields", "elements", "url", "title", "section", "rich_text")
ANYTHING = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=40,
)


@settings(max_examples=60)
@given(ANYTHING)
def test_any_json_is_a_text_or_refused(payload: object) -> None:
    if isinstance(payload, dict):
        words = of(payload | {"attachments": [{"text": "said"}]}).text
        assert words.endswith("> said")
    else:
        assert refused(JSON, json.dumps(payload).encode()) == "invalid_payload"


@given(st.text(alphabet="*_~`<>|!@#&;:/ ab\n•ht", max_size=300))
def test_any_text_is_taken(text: str) -> None:
    made = to_markdown(text)
    assert len(made) <= 10 * len(text) + 10


def test_the_time_grows_with_the_length_alone() -> None:
    for part in ("*a", "<", "<a|", "```", "`", "~a*", "&gt;\n", ":a", ">>>", "*a*<b"):
        text = part * (250_000 // len(part))
        assert to_markdown(text).strip("\n") or part == "```"  # with a second pass for each it would not end
