"""axe-core, run inside a page: which rules of WCAG 2 (A and AA) and of good practice the page breaks as it is now."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

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
