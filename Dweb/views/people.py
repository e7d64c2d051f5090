"""GET /users/: people by their names."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..chat import people
from ..models import NAME_CHARS
from .api import json_view
from .fields import clean_query


@json_view("GET")
def users(request: HttpRequest) -> dict[str, Any]:
    """People whose names begin with `q`; without it, the people who are online."""
    found, more = people.find(runtime.get(), request.user, clean_query(request.GET.dict(), NAME_CHARS))
    return {"users": found, "more": more}
