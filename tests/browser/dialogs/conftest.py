"""The tab whose dialogs are tested."""

from collections.abc import Callable

import pytest

from ...support.server import Server, Visitor
from ..tab import Tab

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two) -> Tab:
    return visit(server, two[0]).greeted()
