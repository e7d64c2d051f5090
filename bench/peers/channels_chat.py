"""A room of Channels as its tutorials teach it: join a group, receive, group_send, send. An ASGI application.

LAYER in the environment is `memory`, or the port of a Redis server for its pub/sub layer.
"""

import json
import os
from typing import Any

import django
from django.conf import settings

LAYER = os.environ.get("LAYER", "memory")
LAYERS = {
    "memory": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    "redis": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [f"redis://127.0.0.1:{LAYER}"]},
    },
}
settings.configure(
    SECRET_KEY="only for measuring",  # noqa: S106 - it signs nothing
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={"default": LAYERS["memory" if LAYER == "memory" else "redis"]},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - Django comes first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

ROOM = "chat_lobby"


class Chat(AsyncWebsocketConsumer):
    """One connection."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(ROOM, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code: int) -> None:
        await self.channel_layer.group_discard(ROOM, self.channel_name)

    async def receive(self, text_data: str = "", bytes_data: bytes | None = None) -> None:
        message = json.loads(text_data)["message"]
        await self.channel_layer.group_send(ROOM, {"type": "chat.message", "message": message})

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"message": event["message"]}))


application = ProtocolTypeRouter({"websocket": URLRouter([path("chat/", Chat.as_asgi())])})
