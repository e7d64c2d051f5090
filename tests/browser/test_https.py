"""The page behind nginx with TLS: its cookies are for this host alone, and its scripts find them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..support import nginx
from ..support.nginx import Nginx
from ..support.server import Server
from .tab import Tab

pytestmark = pytest.mark.browser


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Nginx]:
    nginx.needed()
    server = Server(tmp_path, HTTPS="yes", TRUSTED_PROXIES="127.0.0.1")
    proxy = Nginx(tmp_path, server.port, server.port)
    try:
        server.start().people(1)
        yield proxy.start()
    finally:
        proxy.close()
        server.close()


def test_a_person_registers_writes_and_chooses_a_language(visit: Callable[..., Tab], front: Nginx) -> None:
    tab = visit(front, path="/register/", ignore_https_errors=True)
    tab.register("anna", "Anna")
    tab.greeted().say("hello over TLS")
    tab.said("hello over TLS")
    cookies = {cookie["name"]: cookie for cookie in tab.context.cookies()}
    assert {"__Host-sessionid", "__Host-csrftoken"} <= cookies.keys()
    assert all(cookies[name]["secure"] for name in ("__Host-sessionid", "__Host-csrftoken"))
    tab.open_settings()
    tab.page.get_by_role("button", name="简体中文").click()
    expect(tab.page.locator("html")).to_have_attribute("lang", "zh-hans")
