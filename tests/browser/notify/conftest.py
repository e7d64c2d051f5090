"""Tabs in the background."""

from collections.abc import Callable

import pytest

from ...support.server import Server, Visitor
from ..tab import Tab
from .background import Background

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def background(visit: Opener, server: Server, two: Two) -> Callable[..., Background]:
    """Opens tabs of the first of the two people."""

    def make(count: int = 2, path: str = "/news_chat/") -> Background:
        first = visit(server, path="about:blank://")
        first.sign_in_as(two[0], server.url)
        return Background(first, count, path)

    return make
