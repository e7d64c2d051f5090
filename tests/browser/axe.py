"""axe-core, run inside a page: which rules of WCAG 2 (A and AA) and of good practice the page breaks as it is now."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from .tab import Tab
from .words import untranslated

CONTROLS = {
    "button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "menuitem", "menuitemradio",
    "option", "Date", "listbox", "menu", "dialog", "toolbar", "region",
}  # fmt: skip
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Colours are judged as they are at rest. The debugging protocol may run scripts where the page's policy forbids them.
RUN = """async tags => {
    const passing = document.getAnimations().filter(each => isFinite(each.effect.getComputedTiming().endTime));
    await Promise.allSettled(passing.map(each => each.finished));
    const {violations, passes} = await axe.run({runOnly: tags, resultTypes: ["violations"]});
    return {violations, passed: passes.length};
}"""


def violations(page: Page) -> list[str]:
    """A line for each element that breaks a rule: the rule, where, and what to do. Empty when all is well."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, TAGS)
    assert found["passed"] > 5, "axe found next to nothing to check: is this the page?"
    return [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    where = " ".join(str(part) for part in node["target"])
    what = " ".join(node["failureSummary"].split())
    return f"{rule['id']} ({rule['impact']}) at {where}: {what} [{node['html'][:200]}]"


def controls(page: Page) -> list[tuple[str, str]]:
    """The role and the name of every control, as the accessibility tree of the browser has them, in its order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    found = [node for node in nodes if not node["ignored"] and node["role"]["value"] in CONTROLS]
    return [(node["role"]["value"], node.get("name", {}).get("value", "").strip()) for node in found]


def unnamed(page: Page) -> list[str]:
    return [role for role, name in controls(page) if not name]


def assert_good(tab: Tab, *allowed: str) -> None:
    """As it is now, in both themes: accessible, no wider than the screen, and nothing of it in another language."""
    page = tab.page
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert violations(page) == []
    assert unnamed(page) == []
    overflow = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    if page.evaluate("document.documentElement.lang") != "en":
        found = untranslated(page, allowed)
        assert found == [], found
