"""Sends the subscribers of a room frames that are no events."""

from .client import Client
from .registry import Registry
from .writer import Writer


def to_greeted(registry: Registry, writer: Writer, room: str, frame: bytes) -> None:
    """Sends a frame to the room's subscribers; those who are being greeted have the room in `missed`."""
    with registry.lock:
        state = registry.rooms.get(room)
        subscribers = list(state.subscribers) if state is not None else []
        for client in subscribers:
            if not client.greeted:
                client.missed |= {room}
        greeted = [client for client in subscribers if client.greeted]
    writer.fan_out(greeted, frame)


def subscribers(registry: Registry, room: str) -> set[Client]:
    """The clients here that are subscribed to a room."""
    with registry.lock:
        state = registry.rooms.get(room)
        return set(state.subscribers) if state is not None else set()


def to_others(registry: Registry, writer: Writer, room: str, user_id: int, frame: bytes, most: int) -> bool:
    """Sends a frame to the room's live clients, except this user's.

    With more than `most` live clients none of them gets it, and the answer is False.
    """
    with registry.lock:
        state = registry.rooms.get(room)
        live = state.everyone_live() if state is not None else []
    if len(live) <= most:
        writer.fan_out([client for client in live if client.user_id != user_id], frame)
    return len(live) <= most
