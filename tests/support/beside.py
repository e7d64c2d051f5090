"""The chat's addresses, and a view of dwebsocket beside its socket, as an operator may have one."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import path
from dwebsocket import require_websocket

from chatproj.urls import handler400, handler403, handler404, handler500, urlpatterns
from Dweb.models import User

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

GO_ON = Path(settings.VAR_DIR) / "go-on"


@require_websocket
def blocking(request: Any) -> None:
    """Is not marked as parked: blocks until GO_ON exists, with a query open if it was asked for one."""
    for message in request.websocket:
        rows = User.objects.iterator(chunk_size=1)
        if b"query" in message:
            next(rows)
        request.websocket.send('{"type": "blocks"}')
        while not GO_ON.exists():
            time.sleep(0.2)
        rows.close()
        request.websocket.send('{"type": "goes on"}')


urlpatterns = [*urlpatterns, path("blocking/", blocking)]
