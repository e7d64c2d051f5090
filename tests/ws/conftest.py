"""A connection for the tests of its bytes."""

from collections.abc import Iterator

import pytest

from ..support.link import Link


@pytest.fixture
def link() -> Iterator[Link]:
    with Link() as made:
        yield made
