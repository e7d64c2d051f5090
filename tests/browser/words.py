"""Which words of a page nobody translated: those in Latin letters on a page that is in Chinese."""

from collections.abc import Iterable

from playwright.sync_api import Page

NAMES = ["Dweb", "JavaScript", "https", "localhost", "Linux", "Chrome", "Webhook", "JSON", "Slack"]

# Not the page's own words: what people wrote, the names of keys, what is in a language of its own.
WALK = r"""allowed => {
    const foreign = "script, style, noscript, kbd, code, pre, bdi, .message .text, [translate=no]";
    const read = ["title", "placeholder", "alt", "label", "aria-label", "aria-description", "aria-placeholder"];
    const language = document.documentElement.lang;
    const ours = element => !element.closest(foreign) && element.closest("[lang]").lang === language;
    const texts = [];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
        if (node.nodeType === Node.TEXT_NODE && ours(node.parentElement)) texts.push(node.data);
        if (node.nodeType !== Node.ELEMENT_NODE || !ours(node)) continue;
        for (const name of read) if (node.hasAttribute(name)) texts.push(node.getAttribute(name));
    }
    const rest = texts.map(text => allowed.reduce((left, name) => left.replaceAll(name, " "), text));
    const found = texts.filter((text, index) => /\p{Script=Latin}/u.test(rest[index]));
    return {found: [...new Set(found)], chinese: texts.filter(text => /\p{Script=Han}/u.test(text)).length};
}"""


def untranslated(page: Page, allowed: Iterable[str] = ()) -> list[str]:
    """Every text on the page, as it is now and shown or not, that has Latin words besides those allowed."""
    seen = page.evaluate(WALK, sorted([*NAMES, *allowed], key=len, reverse=True))
    assert seen["chinese"], "the page is not in Chinese"
    return [text.strip() for text in seen["found"]]
