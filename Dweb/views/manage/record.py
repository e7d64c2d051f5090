"""/manage/record/: what admins and moderators did. It is read here, and changed nowhere."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from ...chat.people import matching
from ...models import NAME_CHARS, Record, User
from ..values import clean_optional_number, clean_query
from .admins import for_admins
from .deeds import DEEDS, details, sentence, titles
from .sections import page


@for_admins("GET", "HEAD")
def record(request: HttpRequest) -> HttpResponse:
    """The newest first. `person` (an id), `q` (a name or an account) and `deed` choose some."""
    fields = request.GET.dict()
    query, person = clean_query(fields, NAME_CHARS), clean_optional_number(fields, "person")
    deed = fields.get("deed", "")
    rows = Record.objects.select_related("by", "whom").order_by("-time", "-pk")
    if query:
        rows = rows.filter(_about(User.objects.filter(matching(query)).values("pk")))
    if person is not None:
        rows = rows.filter(_about([person]))
    if deed in DEEDS:
        rows = rows.filter(deed=deed)
    found = Paginator(rows, settings.MANAGE_ROWS).get_page(fields.get("page"))
    rooms = titles(found)
    shown = {
        "rows": found,
        "entries": [(row, sentence(row, rooms), details(row)) for row in found],
        "query": query,
        "person": User.objects.filter(pk=person).first() if person is not None else None,
        "deed": deed,
        "deeds": {name: each.title for name, each in DEEDS.items()},
    }
    return page(request, "manage_record", "record", shown)


def _about(people: Any) -> Q:
    return Q(by__in=people) | Q(whom__in=people)
