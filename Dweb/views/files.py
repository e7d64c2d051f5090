"""Files: sent to POST /files/, whole or in pieces, and listed for a room."""

import shutil
from collections.abc import Callable
from functools import partial
from io import FileIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from .. import runtime
from ..chat import file_limits, prices, room_files, uploads
from ..chat import files as rules
from ..chat.rates import check_rate
from ..databases.release import release_connections
from ..files import storage
from ..models import FILE_NAME_CHARS, File, User
from ..refusal import Refusal
from ..runtime import Runtime
from .api import by_method, require_user
from .fields import clean_room
from .operation import operation, operations
from .schemas import (
    EVENT_ID,
    FILE,
    FILE_MEMBERS,
    LISTED,
    MORE,
    NUMBER,
    ONE,
    ROOM,
    SENT,
    SUCCESS,
    many,
    maybe,
    noted,
    several,
    shape,
    text,
)
from .uploads import IncomingFile
from .values import clean_number, clean_optional_number, clean_query

PIECE = 64 * 1024  # bytes of a body in memory

FILE_BODY = {"type": "string", "format": "binary"}
COME = noted(NUMBER, gettext_noop("how many bytes have come"))
PROGRESS = shape("Progress", msg=SUCCESS, id=FILE, name=text(FILE_NAME_CHARS, 1), size=NUMBER, offset=COME)
WHOLE = shape("WholeFile", msg=SUCCESS, offset=COME, **FILE_MEMBERS)


@operation(
    gettext_noop("The files of a room, the newest first; without a room, how much one's own files take."),
    fields=shape(
        room=maybe(ROOM),
        q=maybe(text(settings.SEARCH_MAX_CHARS), gettext_noop("letters of a name")),
        before=maybe(EVENT_ID),
    ),
    answer=several(
        shape(files=many(LISTED), more=MORE),
        shape(used=noted(NUMBER, gettext_noop("in bytes")), most=noted(NUMBER, gettext_noop("in bytes"))),
    ),
    errors=("not_found",),
)
def listed(request: HttpRequest) -> dict[str, Any]:
    fields = request.GET.dict()
    if not fields.get("room"):
        check_rate(runtime.get(), request.user, prices.FILE)
        return {"used": file_limits.used(request.user), "most": settings.USER_FILES_BYTES}
    room, query = clean_room(fields["room"]), clean_query(fields, settings.SEARCH_MAX_CHARS)
    found, more = room_files.listed(runtime.get(), request.user, room, query, clean_optional_number(fields, "before"))
    return {"files": found, "more": more}


@operation(
    gettext_noop("Takes a file; or begins an upload in pieces."),
    fields=shape(name=text(FILE_NAME_CHARS, 1), size=NUMBER),
    bodies={"multipart/form-data": shape(file=FILE_BODY)},
    answer=several(SENT, shape(msg=SUCCESS, id=FILE, offset=NUMBER)),
    errors=("conflict", "not_allowed", "no_space"),
)
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


@operations(GET=listed, POST=send)
@csrf_exempt  # the token is looked for once the handler of the file is there
def files(request: HttpRequest) -> HttpResponseBase:
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


@operation(
    gettext_noop("How far an upload in pieces is."),
    answer=several(PROGRESS, WHOLE),
    errors=("not_found",),
)
def state(request: HttpRequest, file_id: str) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.PIECE)
    return _progress(*uploads.state(runtime.get(), request.user, file_id))


@operation(
    gettext_noop("Adds a piece to an upload; or forgets a file of one's own that nothing has."),
    fields=shape(discard=ONE),
    query=shape(offset=maybe(NUMBER, gettext_noop("where the piece begins"))),
    bodies={"application/octet-stream": FILE_BODY},
    answer=several(PROGRESS, WHOLE, shape(msg=SUCCESS, id=FILE)),
    errors=("not_found", "conflict", "not_allowed", "no_space"),
)
def add(request: HttpRequest, file_id: str) -> dict[str, Any]:
    live = runtime.get()
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


@operations(GET=state, POST=add)
def upload(request: HttpRequest, file_id: str) -> HttpResponseBase:
    return _accepted(request, uploads.admit_piece) or by_method(GET=state, POST=add)(request, file_id)


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
