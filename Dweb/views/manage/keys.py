"""The page that shows the key of a bot."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ...models import LOBBY, User
from .sections import page


def key_page(request: HttpRequest, bot: User, key: str, *, room: str = "", **more: Any) -> HttpResponse:
    """The page that shows a key, this once, with a line that sends a message with it."""
    url = request.build_absolute_uri(reverse("msg_send"))
    where = f" -d room={room}" if room and room != LOBBY else ""
    curl = f'curl -H "Authorization: Bearer {key}" -d type=1{where} --data-urlencode "txt=Hello" {url}'
    return page(request, "manage_bots", "key", {"whom": bot, "key": key, "curl": curl, **more})
