"""Renewal: which pages are asked to load themselves again."""

from typing import Any

import pytest

from Dweb.models import Epoch, User
from Dweb.runtime import Runtime

from ..support.fakes import talk

pytestmark = pytest.mark.django_db

RESUMING = {"cid": ".", "last": {}}


@pytest.mark.parametrize(
    ("hello", "told"),
    [
        ({"page": "old"}, {"page": "new"}),
        ({"page": "old", **RESUMING}, {"page": "new"}),
        ({"page": "", **RESUMING}, {"page": "new"}),
        ({"page": "new", **RESUMING}, {}),
        (RESUMING, {"userid": 0}),
        ({"cid": "7", "last": {}}, {}),
        ({}, {}),
    ],
)
def test_pages_of_other_versions(
    live: Runtime, alice: User, settings: Any, hello: dict[str, Any], told: dict[str, Any]
) -> None:
    settings.PAGE_VERSION = "new"
    greeting = talk(live, alice, {"type": "hello", "epoch": Epoch.current(), **hello})[0]
    usual = {"userid": alice.pk, "page": None}
    assert {name: greeting.get(name) for name in usual} == usual | told


@pytest.mark.parametrize("hello", [{"page": "old"}, RESUMING])
def test_a_server_whose_page_has_no_version_asks_for_nothing(
    live: Runtime, alice: User, settings: Any, hello: dict[str, Any]
) -> None:
    settings.PAGE_VERSION = ""
    greeting = talk(live, alice, {"type": "hello", **hello})[0]
    assert (greeting["userid"], "page" in greeting) == (alice.pk, False)
