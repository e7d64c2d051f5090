"""Drafts of what people do, without its being done: a test stores them as it likes."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from Dweb.log.entry import Draft
from Dweb.runtime import Runtime


class Kept(Exception):
    """The draft was kept, and not committed."""


def draft_of(live: Runtime, action: Callable[..., object], *arguments: Any, **options: Any) -> Draft:
    """The draft that action(live, …) would commit."""
    with mock.patch.object(live.committer, "commit", side_effect=Kept) as commit:
        try:
            action(live, *arguments, **options)
        except Kept:
            draft: Draft = commit.call_args[0][0]
            return draft
    raise AssertionError("nothing was to be committed")
