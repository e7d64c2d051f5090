"""The page of /api/: in both languages and themes, on both screens, and its links."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .axe import assert_good
from .tab import Tab

pytestmark = pytest.mark.browser

# Words of HTTP and of the wire, which no language changes.
WORDS = (
    "OpenAPI",
    "IANA",
    "Range",
    "Redis",
    "Retry-After",
    "WebSocket",
    "docs/wire.md",
    "read",
    "write",
    "manage",
    "q",
    "wait",
)


def test_it_is_read_and_leads_to_each_address(look: Callable[..., Tab]) -> None:
    tab = look("/api/", None)
    assert_good(tab, *WORDS)
    tab.page.get_by_role("link", name="POST /msg_send/").click()
    expect(tab.page.locator("#post_msg_send h2")).to_be_in_viewport()
    expect(tab.page.locator("#post_msg_send pre")).to_contain_text("$CHAT/msg_send/")
    assert tab.complaints() == []
