"""Renewal: a page of another version than this server's loads itself again when it resumes after a restart."""

from typing import Any

from django.conf import settings

RESUMED = "."  # the cid of a page that resumes


def renewal(page: str | None, cid: str | None) -> dict[str, Any]:
    """What a greeting says to a page of another version: the version that it is to have.

    `page` is the version that a hello tells; other programs tell none. Nor do pages of before this was told, which load
    themselves again when the user is another one.
    """
    if not settings.PAGE_VERSION or page == settings.PAGE_VERSION:
        return {}
    if page is not None:
        return {"page": settings.PAGE_VERSION}
    return {"userid": 0} if cid == RESUMED else {}
