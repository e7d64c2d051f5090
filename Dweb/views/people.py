"""GET /users/: people by their names."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..chat import people
from ..chat.rates import check_rate
from ..models import NAME_CHARS
from .api import json_view
from .fields import clean_query

PEOPLE = 50


@json_view("GET")
def users(request: HttpRequest) -> dict[str, Any]:
    """People whose names begin with `q`; without it, the people who are online."""
    check_rate(runtime.get(), request.user)
    found, more = people.find(clean_query(request.GET.dict(), NAME_CHARS), runtime.get().hub.people(), PEOPLE)
    return {"users": found, "more": more}
