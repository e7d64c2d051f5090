"""Fixtures: one Chromium and one server for all, and the tabs of the people who use it."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from ..support.server import Server, Visitor
from .crowded import Crowded
from .tab import PATIENCE, Tab

HOSTS = "localhost,127.0.0.1,dweb.test"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AT_A_TIME = 50
LANGUAGES = ["en-GB", "zh-CN"]
SCREENS = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is long of tests for each screen, unless they say `both_screens`.

    With languages, two combinations have all of both. Without, the tests of a file are for each screen in turn.
    """
    tests: dict[Path, list[str]] = {}
    for item in items:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if params.get("screen") not in [*SCREENS] or item.get_closest_marker("both_screens"):
            continue
        names = tests.setdefault(item.path, [])
        if item.originalname not in names:
            names.append(item.originalname)
        turn = LANGUAGES.index(params["language"]) if "language" in params else names.index(item.originalname) % 2
        if turn != [*SCREENS].index(params["screen"]):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """For this package alone: while it is there, this thread has an event loop, and Django refuses to query."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = launch(playwright)
    if launched is None:
        pytest.skip("there is no Chromium")
    yield launched
    launched.close()


def launch(playwright: Playwright) -> Browser | None:
    """The build without windows, where it is installed: it takes half the time. Notifications it denies."""
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    args = [*OPTIONS, "--host-resolver-rules=MAP dweb.test 127.0.0.1"]
    return playwright.chromium.launch(executable_path=chromium, args=args) if chromium else None


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Shared by all tests that do not stop it: each of them brings people, rooms and words of its own."""
    shared = Server(tmp_path_factory.mktemp("server"), ALLOWED_HOSTS=HOSTS, SEND_RATE=100_000, SEND_BURST=100_000)
    shared.start().people(1)
    yield shared
    shared.close()


@pytest.fixture(scope="package")
def crowd(server: Server) -> Iterator[Visitor]:
    return (person for _ in count() for person in server.people(AT_A_TIME))


@pytest.fixture(scope="package")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowded]:
    """A server of its own with a long room, many rooms and many people."""
    server = Server(tmp_path_factory.mktemp("crowded"), ALLOWED_HOSTS=HOSTS)
    yield Crowded(server.start())
    server.close()


@pytest.fixture
def two(server: Server, crowd: Iterator[Visitor]) -> Iterator[tuple[Visitor, Visitor]]:
    """Two people of the shared server whom no other test knows. Whoever the test connected is gone after it."""
    yield next(crowd), next(crowd)
    server.leave()


@pytest.fixture
def room(two: tuple[Visitor, Visitor]) -> str:
    """A group room of both that no other test knows, with nothing in it."""
    name = f"room{two[0].userid}"
    for person in two:
        person.get(f"/news_chat/?num={name}")
    return name


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> dict[str, int]:
    """A viewport: what a test does with it must work on a desktop and on a phone."""
    return SCREENS[request.param]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens tabs, each with cookies of its own. A test fails when one of them complains of what it did not expect."""
    tabs: list[Tab] = []

    def make(server: Server, person: Visitor | None = None, path: str = "/news_chat/", **options: object) -> Tab:
        context = browser.new_context(**{"locale": "en-GB"} | options)
        context.set_default_timeout(PATIENCE * 1_000)
        tabs.append(Tab(context, server, person))
        tabs[-1].go(path)
        return tabs[-1]

    yield make
    complaints = [complaint for tab in tabs for complaint in tab.complaints()]
    for tab in tabs:
        tab.context.close()
    assert complaints == []


@pytest.fixture
def both(
    visit: Callable[..., Tab], server: Server, two: tuple[Visitor, Visitor], screen: dict[str, int]
) -> tuple[Tab, Tab]:
    """The two in a private chat."""
    tabs = []
    for me, other in (two, two[::-1]):
        low, high = sorted((me.userid, other.userid))
        tabs.append(visit(server, me, f"/news_chat/#@{low}.{high}", viewport=screen).greeted())
    return tabs[0], tabs[1]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def look(
    visit: Callable[..., Tab], server: Server, two: tuple[Visitor, Visitor], language: str, screen: dict[str, int]
) -> Callable[..., Tab]:
    """Opens a page in the language and on the screen of the test."""

    def opened(path: str = "/news_chat/", person: Visitor | None = two[0]) -> Tab:
        return visit(server, person, path, viewport=screen, locale=language)

    return opened
