"""The bytes of files, at /files/<id>/<name>, and of previews of pictures."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from .. import runtime
from ..accounts import icon
from ..chat import files as rules
from ..chat import prices
from ..chat.denials import no_file
from ..chat.rates import check_rate
from ..files import content, storage
from ..files.ranges import Part, Range, Unsatisfiable, wanted
from ..models import FILE_NAME_CHARS, File
from ..refusal import Refusal
from .api import require_user
from .operation import operation
from .schemas import BYTES, TEXT, maybe, noted, shape, text, words

TYPES = {"text/plain": "text/plain; charset=utf-8"}  # files/content looks whether it is
PIECE = 64 * 1024  # bytes of a body in memory
KEPT = "private, max-age=31536000, immutable"  # its bytes never change
# What a browser shows in place runs no script and loads nothing. Its viewer for PDF does not work in a sandbox.
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
SANDBOX = f"sandbox; {NOTHING}; img-src 'self'; media-src 'self'"
VIEWER = f"{NOTHING}; object-src 'self'"

STATUSES = {
    206: gettext_noop("the part that the header Range asks for"),
    302: gettext_noop("leads to a link of a few minutes, if files are in a bucket"),
    416: gettext_noop("a range beyond the end"),
}
SERVED: dict[str, Any] = {
    "headers": {"Range": noted(TEXT, gettext_noop("one range of bytes"))},
    "statuses": STATUSES,
    "errors": ("not_found",),
}


@operation(
    gettext_noop("The bytes of a file; the name is for the browser alone."),
    kinds={"*/*": BYTES},
    path={"name": text(FILE_NAME_CHARS, 1)},
    **SERVED,
)
@require_safe
def read(request: HttpRequest, file_id: str, name: str) -> HttpResponseBase:
    file = _readable(request, file_id)
    inline = file.type in content.INLINE
    policy = VIEWER if file.type == "application/pdf" else SANDBOX
    kind = TYPES.get(file.type, file.type) if inline else "application/octet-stream"
    return _served(request, file.stored, kind, file.size, {
        "Content-Security-Policy": policy,
        "Content-Disposition": content_disposition_header(not inline, file.name) or "inline",
    })  # fmt: skip


@operation(
    gettext_noop("The preview of a picture; 404 with Retry-After while it is not made."),
    fields=shape(size=maybe(words(storage.PREVIEW_SIZES))),
    kinds={"image/webp": BYTES},
    **SERVED,
)
@require_safe
def preview(request: HttpRequest, file_id: str) -> HttpResponseBase:
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
