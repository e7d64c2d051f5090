"""The icon of the place: an admin chooses it, and it stands on every page, where one signs in, too."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from ..support.waiting import wait_until
from .axe import assert_good
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]

LOADED = "each => each.complete && each.naturalWidth > 0"
MAKE_ADMIN = "from Dweb.models import User; User.objects.filter(pk={}).update(is_staff=True, is_superuser=True)"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of its own: its pages show the icon."""
    own = Server(tmp_path_factory.mktemp("icon"))
    yield own.start()
    own.close()


@pytest.fixture(scope="module")
def admin(server: Server) -> Visitor:
    [person] = server.people(1)
    server.run("manage.py", "shell", "--no-imports", "-c", MAKE_ADMIN.format(person.userid))
    return person


def test_an_admin_chooses_it_and_removes_it(visit: Opener, server: Server, admin: Visitor) -> None:
    tab = visit(server, admin, "/manage/place/")
    tab.may_say("status of 404")  # the preview is not made yet
    body = BytesIO()
    Image.new("RGB", (90, 60), "#c8735a").save(body, "PNG")
    with tab.page.expect_file_chooser() as chooser:
        tab.page.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files({"name": "icon.png", "mimeType": "image/png", "buffer": body.getvalue()})
    assert_good(tab, "Person", "place", "Dweb")
    tab.dialog.get_by_role("button", name="Save").click()
    expect(tab.page.get_by_text("Everybody sees the icon from now on.")).to_be_visible()
    icon = tab.page.locator(".stamp img").first
    address = icon.get_attribute("src") or ""
    assert address.endswith("/preview")
    wait_until(lambda: server.get(address).status == 200)  # for one who has not signed in
    for path in ("/manage/place/", "/news_chat/"):
        tab.go(path)
        tab.page.wait_for_function(LOADED, arg=tab.page.locator(".stamp img").first.element_handle())
    tab.go("/manage/place/")
    tab.page.get_by_role("button", name="Remove the picture").click()
    expect(tab.page.get_by_text("The icon is gone.")).to_be_visible()
    expect(tab.page.locator(".stamp img")).to_have_count(0)
    assert server.get(address).status == 401
