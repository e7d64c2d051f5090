"""Which new messages go to which outgoing webhooks, noted in the transaction that stores them: both or neither."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection

from ..databases.sql import insert_rows
from ..live import wire
from ..live.wire import Kind
from ..models import BotKind, SendState, event_id, room_id_of
from .entry import Draft
from .rows import as_stored
from .standing import Key, Standing

COLUMNS = ("key", "hook_id", "room", "event", "state", "tries", "since", "due", "fault", "answer")
LAST_BOTS = (
    "SELECT COUNT(*) FROM (SELECT user_id FROM event WHERE id > %s AND id < %s AND kind = %s ORDER BY id DESC LIMIT %s)"
    " AS latest JOIN {people} AS person ON person.user_id = latest.user_id WHERE bot <> %s"
)


def keys(drafts: Collection[Draft]) -> set[Key]:
    """The bots of the webhooks and the rooms: their standings decide."""
    return {(hook.bot_id, draft.room_id) for draft in drafts for hook in draft.hooks}


def of(draft: Draft, event: wire.Event, standings: Mapping[Key, Standing]) -> list[tuple[int, wire.Event]]:
    """The webhooks to which this message goes: those whose bots read the room."""
    reading = [hook.id for hook in draft.hooks if _reads(standings[hook.bot_id, draft.room_id])]
    if not reading or (draft.user.is_bot and _only_bots(event)):
        return []
    return [(hook, event) for hook in reading]


def add(wanted: Sequence[tuple[int, wire.Event]], now: datetime) -> None:
    time = as_stored(now)
    rows = [
        (secrets.token_hex(16), hook, room_id_of(event.id), event.id, SendState.WAITING.value, 0, time, time, "", "")
        for hook, event in wanted
    ]
    insert_rows("hook_delivery", COLUMNS, rows)


def _reads(standing: Standing) -> bool:
    return standing.is_active and standing.is_member


def _only_bots(event: wire.Event) -> bool:
    """True if the messages before this one are so many of bots, without a person among them."""
    room_id = room_id_of(event.id)
    keys = event_id(room_id, 0), event.id
    sql = LAST_BOTS.format(people=connection.ops.quote_name("user"))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*keys, Kind.MESSAGE, settings.HOOK_BOT_TURNS, BotKind.NONE])
        return bool(cursor.fetchone()[0] >= settings.HOOK_BOT_TURNS)
