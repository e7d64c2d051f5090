"""The tab in which these tests write, and what takes its uploads and messages."""

from collections.abc import Callable, Iterator

import pytest

from ...support.server import Server, Visitor
from ..receiver import Receiver, receiver
from ..tab import Tab
from ..uploads import Sent

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def alice(visit: Opener, server: Server, two: Two) -> Tab:
    """In a room of her own, which is empty."""
    return visit(server, two[0], f"/news_chat/?num=composer-{two[0].userid}").greeted()


@pytest.fixture
def taking(alice: Tab) -> Iterator[Receiver]:
    with receiver(alice.page) as made:
        yield made


@pytest.fixture
def sent(alice: Tab) -> Sent:
    return Sent(alice.page)
