"""The chat's addresses, and a view in front of them that takes large bodies into files, as uploads do."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from chatproj.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

ENDED = Path(settings.VAR_DIR) / "ended"  # a line for each transfer that is over
PIECE_BYTES = 64 * 1024


def note_end() -> None:
    with ENDED.open("a") as file:
        file.write("ended\n")


@csrf_exempt
def take(request: HttpRequest) -> HttpResponse:
    """Looks for the token itself, as Django wants it where a view chooses its upload handlers."""
    if request.content_type != "multipart/form-data":
        return answer(request)
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    return csrf_protect(answer)(request)


def answer(request: HttpRequest) -> HttpResponse:
    """Answers with the size and the hash of the body, or of the file in it; a refusal is asked for in the query."""
    if "refuse" in request.GET:
        return JsonResponse({"msg": "error"}, status=413)
    if (offer := request.environ.get("dweb.offer")) is not None:
        offer.accept(Path(settings.VAR_DIR), note_end)
        return HttpResponse("never sent" * 100_000)
    content = request.FILES.get("file") or request
    digest, size = hashlib.sha256(), 0
    while piece := content.read(PIECE_BYTES):
        digest.update(piece)
        size += len(piece)
    told = {"size": size, "sha256": digest.hexdigest(), "spool": "dweb.spool" in request.environ}
    return JsonResponse(told)


urlpatterns = [path("files/", take), *urlpatterns]
