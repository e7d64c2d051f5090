"""Strings that are scripts wherever a page takes text for markup, and what shows that one of them came through.

They are of two makes: the collections of the package brs-kb (the vectors of OWASP's XSS Filter Evasion Cheat Sheet
and of SecLists among them), and our own, made from that cheat sheet's classes for what a chat adds to them: Markdown,
links, mentions, emoji, templates and translated sentences. Each calls pwn() or opens a dialog once it runs.
"""

import re
from itertools import cycle

from brs_kb import payloads
from playwright.sync_api import BrowserContext, Page

DIALOGS = ["alert", "confirm", "prompt", "print"]
CALLS = [
    "pwn()",
    "pwn``",
    "self['pw'+'n']()",
    "&#112;wn()",
    "\\u0070wn()",
    "eval('pwn()')",
    "[1].find(pwn)",
    "onerror=pwn;throw/**/1",
]
SCHEMES = [
    "javascript:pwn()",
    "JaVaScRiPt:pwn()",
    "java\tscript:pwn()",
    "java\nscript:pwn()",
    "\x01javascript:pwn()",
    " javascript:pwn()",
    "&#106;avascript:pwn()",
    "&#x6A&#x61vascript:pwn()",
    "javascript&colon;pwn()",
    "javascript:https://a.example/%0apwn()",
    "javascript://a.example/%0apwn()",
    "ｊavascript:pwn()",
    "vbscript:pwn()",
    "view-source:javascript:pwn()",
    "blob:javascript:pwn()",
    "data:text/html,<script>top.pwn()</script>",
    "data:text/html;base64,PHNjcmlwdD50b3AucHduKCk8L3NjcmlwdD4=",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.pwn()'/>",
    "//a.example/pwn()",
    "https://a.example/\"onmouseover=\"pwn()",
    "https://a.example/'onfocus='pwn()'autofocus='",
    "https://a.example/<script>pwn()</script>",
    "https://a.example/`onclick=pwn()`",
    "https://a.example\\@javascript:pwn()",
]  # fmt: skip
# Where a handler may stand: %s is the call.
ELEMENTS = [
    "<img src=x onerror=%s>",
    "<IMG SRC=# ONERROR=%s",
    "<img/src=x/onerror=%s//",
    "<img src=x:x onerror\x0c=\x0c%s>",
    "<svg onload=%s>",
    "<svg/onload=%s<!--",
    "<body onload=%s>",
    "<input autofocus onfocus=%s>",
    "<select autofocus onfocus=%s>",
    "<details open ontoggle=%s>x</details>",
    "<video src=x onerror=%s></video>",
    "<video><source onerror=%s></video>",
    "<audio src onerror=%s>",
    "<object data=x: onerror=%s>",
    "<link rel=stylesheet href=x: onerror=%s>",
    "<style onload=%s></style>",
    "<marquee onstart=%s>x</marquee>",
    "<iframe onload=%s></iframe>",
    "<x tabindex=1 autofocus onfocus=%s>x</x>",
    "<x style=animation-name:x onanimationstart=%s>x</x>",
    "<svg><animate onbegin=%s attributeName=x dur=1s>",
    "<svg><script>%s</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=%s>",
    "<script>%s</script>",
    "<SCRIPT\n>%s</SCRIPT\n>",
    "<scr<script>ipt>%s</scr</script>ipt>",
    "<<script>%s//<</script>",
    "<script/x>%s</script x>",
    '<iframe srcdoc="<script>parent.%s</script>"></iframe>',
]
# What may surround a text in a page: each ends it, then comes an element.
ENDS = ["", '">', "'>", "`>", "</p>", "-->", "]]>", "</script>", "</style>", "</textarea>", "</title>", "</template>"]
# Where an address may stand: %s is the address.
LINKS = [
    "%s",
    "<%s>",
    "[a](%s)",
    "[a](<%s>)",
    '[a](https://a.example "%s")',
    "![a](%s)",
    "[![a](%s)](%s)",
    "[a]: %s\n\n[a]",
    "<a href='%s'>a</a>",
    '<form action="%s"><button>a</button></form>',
    "<svg><a xlink:href='%s'><text>a</text></a></svg>",
    "<iframe src='%s'></iframe>",
    "<meta http-equiv=refresh content='0;url=%s'>",
    "<base href='%s'>",
    "@[a](%s)",
    "https://a.example/?next=%s",
]
# What a chat makes something else of: %s is an element.
CONTEXTS = [
    "**%s**",
    "*%s*",
    "`%s`",
    "```\n%s\n```",
    "```%s\ncode\n```",
    "> %s",
    "- %s\n- %s",
    "1. %s",
    "# %s",
    "@%s",
    ":%s:",
    "[%s](https://a.example)",
    "/%s",
    "{{%s}}",
    "{%% autoescape off %%}%s{%% endautoescape %%}",
    "%%(name)s%s",
    "${`%s`}",
    "&lt;b&gt;%s",
    "\u202e%s\u202c",
    "\u200b%s\ufeff",
    "%s".rjust(40, "名"),
]
OTHERS = [
    "{{constructor.constructor('pwn()')()}}",
    "{{7*7}}${pwn()}#{pwn()}<%= pwn() %>",
    "';pwn();//",
    '";pwn();//',
    "\\';pwn();//",
    "</script><script>pwn()</script>",
    "\u2028pwn()//",
    "＜script＞pwn()＜/script＞",
    "‹script›pwn()‹/script›",
    "¼script¾pwn()¼/script¾",
    "%3Cscript%3Epwn()%3C/script%3E",
    "&lt;script&gt;pwn()&lt;/script&gt;",
    "&amp;lt;img src=x onerror=pwn()&amp;gt;",
    "\\u003cimg src=x onerror=pwn()\\u003e",
    "+ADw-script+AD4-pwn()+ADw-/script+AD4-",
    "<img src=x onerror=\u0660pwn()>",
    "<!--><img src=x onerror=pwn()>-->",
    "<![CDATA[<img src=x onerror=pwn()>]]>",
    "<?xml version='1.0'?><script xmlns='http://www.w3.org/1999/xhtml'>pwn()</script>",
    "__proto__[onerror]=pwn()",
    "<form id=location><input name=href value=javascript:pwn()></form>",
    "<a id=_><a id=_ name=element href=javascript:pwn()>",
]


def _collected() -> list[str]:
    """Those of the collections that would be noticed, and that may be sent."""
    names = ["CORE_PAYLOAD", "IE_LEGACY", "EXTERNAL_SOURCES", "BRS_KB_SECLISTS", "BRS_KB_KINUGAWA_FILTERBYPASS"]
    names += ["BRS_KB_BRUTELOGIC_2020", "SANITIZER_BYPASSES"]
    entries = [entry for name in names for entry in getattr(payloads, f"{name}_DATABASE").values()]
    dialog = re.compile(rf"\b(?:{'|'.join(DIALOGS)})\b")
    return [each.payload for each in entries if dialog.search(each.payload) and "\0" not in each.payload]


def _made() -> list[str]:
    calls, ends, elements, schemes = cycle(CALLS), cycle(ENDS), cycle(ELEMENTS), cycle(SCHEMES)
    found = [element % call for element in ELEMENTS for call in (CALLS[0], next(calls))]
    found += [next(ends) + next(elements) % next(calls) for _ in range(len(ENDS) * 5)]
    found += [link.replace("%s", scheme) for link in LINKS for scheme in (SCHEMES[0], next(schemes), next(schemes))]
    found += [context.replace("%%", "%").replace("%s", next(elements) % CALLS[0]) for context in CONTEXTS]
    return found + SCHEMES + OTHERS


OWN = list(dict.fromkeys(_made()))
HOSTILE = list(dict.fromkeys(OWN + _collected()))
NAMES = [each for each in HOSTILE if len(each) <= 60 and each == each.strip() and "\n" not in each]
ROOMS = [each for each in HOSTILE if len(each) <= 64]

ARM = f"""for (const name of {["pwn", *DIALOGS]}) window[name] = () => {{
    console.error(`a hostile string ran and called ${{name}}`);
    top.pwned = (top.pwned || 0) + 1;
}};"""

# Elements that the chat's pages never have, and attributes that they have on no element.
FOREIGN = """() => {
    const tags = /^(iframe|frame(set)?|object|embed|applet|base|style|marquee|math|video|audio|source|animate|set|x)$/;
    const active = /^(on|srcdoc|formaction|xlink:)/, address = /^(href|src|action|data|poster|background)$/;
    const harmless = /^(https?:|mailto:|[/?#]|$)/;
    const strange = each => tags.test(each.localName)
        || each.localName == "script" && !/^[/](static|jsi18n)[/]/.test(new URL(each.src || "x:").pathname)
        || each.localName == "meta" && each.httpEquiv == "refresh"
        || [...each.attributes].some(({name, value}) => active.test(name)
            || address.test(name) && !harmless.test(value) && each.id != "icon");
    return [...document.querySelectorAll("*")].filter(strange).map(each => each.outerHTML.slice(0, 200));
}"""


def arm(context: BrowserContext) -> None:
    """For the pages that are opened from now on: what the strings call complains on the console, and counts."""
    context.add_init_script(ARM)


def ran(page: Page) -> int:
    """How often a string ran in this page or in a frame of it. It must be armed."""
    assert page.evaluate("pwn.toString().includes('hostile')"), "arm() comes before the page is opened"
    return int(page.evaluate("window.pwned || 0"))


def foreign(page: Page) -> list[str]:
    """The elements of the page that must have come from a string."""
    return list(page.evaluate(FOREIGN))
