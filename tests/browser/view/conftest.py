"""The tab in which these tests write."""

from collections.abc import Callable

import pytest

from ...support.server import Server, Visitor
from ..tab import Tab

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def alice(visit: Opener, server: Server, two: Two) -> Tab:
    """In a room of her own, which is empty."""
    return visit(server, two[0], f"/news_chat/?num=composer-{two[0].userid}").greeted()
