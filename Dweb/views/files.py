"""Files: sent to POST /files/, whole or in pieces; read at /files/<id>/<name>; listed for a room."""

import shutil
from collections.abc import Callable
from functools import partial
from io import FileIO
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from .. import runtime
from ..accounts import icon
from ..chat import file_limits, prices, room_files, uploads
from ..chat import files as rules
from ..chat.denials import no_file
from ..chat.rates import check_rate
from ..databases.release import release_connections
from ..files import content, storage
from ..files.ranges import Part, Range, Unsatisfiable, wanted
from ..models import File, User
from ..refusal import Refusal
from ..runtime import Runtime
from .api import by_method, json_view, require_user
from .fields import clean_room
from .uploads import IncomingFile
from .values import clean_number, clean_optional_number, clean_query

TYPES = {"text/plain": "text/plain; charset=utf-8"}  # files/content looks whether it is
PIECE = 64 * 1024  # bytes of a body in memory
KEPT = "private, max-age=31536000, immutable"  # its bytes never change
# What a browser shows in place runs no script and loads nothing. Its viewer for PDF does not work in a sandbox.
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
SANDBOX = f"sandbox; {NOTHING}; img-src 'self'; media-src 'self'"
VIEWER = f"{NOTHING}; object-src 'self'"


@csrf_exempt  # the token is looked for once the handler of the file is there
def files(request: HttpRequest) -> HttpResponseBase:
    """GET lists files, POST takes one, or begins an upload in pieces."""
    if request.method == "POST":
        require_user(request)
        request.upload_handlers = [IncomingFile(request)]
        release_connections()  # a large form takes long to parse
    return csrf_protect(_files)(request)


def _files(request: HttpRequest) -> HttpResponseBase:
    return _accepted(request, uploads.admit) or by_method(GET=listed, POST=send)(request)


def _accepted(
    request: HttpRequest, admit: Callable[[Runtime, User, int], Callable[[], None]]
) -> HttpResponseBase | None:
    """Has a large body read, if there is one that has not come yet; the view is called again then."""
    offer = request.environ.get("dweb.offer")
    if offer is None:
        return None
    end = admit(runtime.get(), require_user(request), offer.size)
    try:
        offer.accept(storage.incoming(), end)
    except BaseException:
        end()
        raise
    return HttpResponse(status=204)


def listed(request: HttpRequest) -> dict[str, Any]:
    fields = request.GET.dict()
    if not fields.get("room"):
        check_rate(runtime.get(), request.user, prices.FILE)
        return {"used": file_limits.used(request.user), "most": settings.USER_FILES_BYTES}
    room, query = clean_room(fields["room"]), clean_query(fields, settings.SEARCH_MAX_CHARS)
    found, more = room_files.listed(runtime.get(), request.user, room, query, clean_optional_number(fields, "before"))
    return {"files": found, "more": more}


def send(request: HttpRequest) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is not None:
        admitted = bool(request.environ.get("dweb.spool"))  # then it was paid for
        if not admitted:
            check_rate(runtime.get(), request.user, prices.UPLOAD)
        return _told(uploads.keep(runtime.get(), request.user, file.name, file.path, admitted=admitted))
    name = request.POST.get("name")
    if not name or "size" not in request.POST:
        raise Refusal("bad_input", _("Send a file, or the name and the size of one that comes in pieces."))
    begun = uploads.begin(runtime.get(), request.user, name, clean_number(request.POST, "size"))
    return {"msg": "success", "id": begun.pk, "offset": 0}


def upload(request: HttpRequest, file_id: str) -> HttpResponseBase:
    """GET tells how far an upload is, POST adds a piece, or discards it."""
    return _accepted(request, uploads.admit_piece) or json_view("GET", "POST")(_upload)(request, file_id)


def _upload(request: HttpRequest, file_id: str) -> dict[str, Any]:
    live = runtime.get()
    if request.method == "GET":
        check_rate(live, request.user, prices.PIECE)
        return _progress(*uploads.state(live, request.user, file_id))
    if request.POST.get("discard") == "1":
        check_rate(live, request.user, prices.PIECE)
        uploads.discard(live, request.user, file_id)
        return {"msg": "success", "id": file_id}
    if request.content_type != "application/octet-stream":
        raise Refusal("bad_input", _("A piece is sent as application/octet-stream."))
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > settings.FILE_PIECE_BYTES:
        raise file_limits.too_much()
    spool = request.environ.get("dweb.spool")
    if spool is None:  # else it was paid for
        check_rate(live, request.user, prices.PIECE)
    piece = uploads.Piece(size, partial(_copy, request) if spool is None else spool.copy_to)
    offset = clean_number(request.GET, "offset")
    return _progress(*uploads.add_piece(live, request.user, file_id, offset, piece, admitted=spool is not None))


def _copy(request: HttpRequest, file: FileIO) -> None:
    """Writes a body that is in memory, or comes to Django's own server."""
    with open(file.fileno(), "wb", closefd=False) as whole_writes:
        shutil.copyfileobj(request, whole_writes, PIECE)


def _progress(file: File, come: int) -> dict[str, Any]:
    if file.stored:
        return {**_told(file), "offset": come}
    return {"msg": "success", "id": file.pk, "name": file.name, "size": file.size, "offset": come}


def _told(file: File) -> dict[str, Any]:
    return {"msg": "success", **rules.as_json(file)}


@require_safe
def read(request: HttpRequest, file_id: str, name: str) -> HttpResponseBase:
    """The bytes of a file; the name is for the browser alone."""
    file = _readable(request, file_id)
    inline = file.type in content.INLINE
    policy = VIEWER if file.type == "application/pdf" else SANDBOX
    kind = TYPES.get(file.type, file.type) if inline else "application/octet-stream"
    return _served(request, file.stored, kind, file.size, {
        "Content-Security-Policy": policy,
        "Content-Disposition": content_disposition_header(not inline, file.name) or "inline",
    })  # fmt: skip


@require_safe
def preview(request: HttpRequest, file_id: str) -> HttpResponseBase:
    """The preview of a picture: small, or with `size=large` larger. 404 with Retry-After while it is not made."""
    file = _readable(request, file_id)
    size = request.GET.get("size", "small")
    if size not in storage.PREVIEW_SIZES or file.preview in (File.Preview.NONE, File.Preview.FAILED):
        raise no_file()
    if file.preview != File.Preview.MADE:
        raise Refusal("not_found", _("The preview is being made."), 1)
    stored = storage.preview_name(file.stored, size)
    return _served(request, stored, "image/webp", None, {"Content-Security-Policy": SANDBOX})


def _readable(request: HttpRequest, file_id: str) -> File:
    if found := icon.file_of(runtime.get(), file_id):  # for everybody: it stands where one signs in
        return found
    user = require_user(request)
    check_rate(runtime.get(), user, prices.FILE)
    return rules.readable(user, file_id)


def _served(
    request: HttpRequest, stored: str, kind: str, size: int | None, headers: dict[str, str]
) -> HttpResponseBase:
    path = storage.local_path(stored)
    if path is None:
        return _elsewhere(stored, kind, headers)
    headers = {**headers, "Cache-Control": KEPT, "Accept-Ranges": "bytes", "ETag": f'"{stored[-32:]}"'}
    if settings.FILES_ACCEL:
        response = HttpResponse(content_type=kind, headers=headers)
        response.headers["X-Accel-Redirect"] = f"{settings.FILES_ACCEL}{stored}"
        return response
    try:
        return _streamed(request, path, kind, path.stat().st_size if size is None else size, headers)
    except FileNotFoundError:  # it was deleted just now
        raise no_file() from None


def _streamed(request: HttpRequest, path: Any, kind: str, size: int, headers: dict[str, str]) -> HttpResponseBase:
    asked = request.headers.get("Range")
    if request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        asked = None
    try:
        part = wanted(asked, size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    whole = part or Range(0, size - 1)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=kind, headers=headers)
    else:
        response = _opened(Part(path, whole), kind, headers)
    response.headers["Content-Length"] = str(whole.size)
    if part is not None:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    return response


def _opened(part: Part, kind: str, headers: dict[str, str]) -> FileResponse:
    response = FileResponse(part, content_type=kind, headers=headers)
    response.block_size = PIECE
    return response


def _elsewhere(stored: str, kind: str, headers: dict[str, str]) -> HttpResponseBase:
    """Leads to the bucket."""
    response = HttpResponseRedirect(storage.link(stored, kind, headers.get("Content-Disposition", "inline")))
    response.headers["Cache-Control"] = "private, no-store"
    return response
