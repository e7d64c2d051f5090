"""/manage/health/: how the server is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ... import runtime
from ...operations.health import health as measure
from .admins import for_admins
from .sections import page


@for_admins("GET", "HEAD")
def health(request: HttpRequest) -> HttpResponse:
    shown = {"health": measure(runtime.get()), "files_most": settings.PLACE_FILES_BYTES}
    return page(request, "manage_health", "health", shown)
