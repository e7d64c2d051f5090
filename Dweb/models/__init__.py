"""The tables: one file a subject. Migrations name RowIdField and NameKeyField here."""

from .blocks import Block
from .files import FILE_NAME_CHARS, Attachment, File, Leftover
from .handovers import Handover
from .hooks import Hook
from .invitations import Invitation
from .log import EVENTS_PER_ROOM, Epoch, Event, RowIdField, event_id, room_id_of
from .marks import Mark
from .mentions import Mention
from .names import NAME_CHARS, NameKeyField, SkeletonField, fault_of, is_of_word, name_key, normalize_account, skeleton
from .outgoing import (
    HOOK_FAULT_CHARS,
    HOOK_HINT_CHARS,
    HOOK_NAME_CHARS,
    HOOK_URL_CHARS,
    HOOK_WORD_CHARS,
    HookDelivery,
    Hooked,
    Lease,
    OutgoingHook,
    SendState,
    Trigger,
)
from .people import GONE, ZONE_CHARS, BotKind, PlaceRole, User
from .place import SETTINGS, Circle, FilesAllowed, Place, Registration, RoomsBy
from .quotas import Quota
from .record import REASON_CHARS, Record
from .reports import Report
from .rooms import LEVELS, LOBBY, TITLE_CHARS, TOPIC_CHARS, Choices, Membership, Role, Room, RoomKind
from .search import TERM_CHARS, Posting
from .sessions import ADDRESS_CHARS, WORD_CHARS, UserSession
from .tokens import TOKEN_NAME_CHARS, Access, Token

__all__ = [
    "ADDRESS_CHARS",
    "EVENTS_PER_ROOM",
    "FILE_NAME_CHARS",
    "GONE",
    "HOOK_FAULT_CHARS",
    "HOOK_HINT_CHARS",
    "HOOK_NAME_CHARS",
    "HOOK_URL_CHARS",
    "HOOK_WORD_CHARS",
    "LEVELS",
    "LOBBY",
    "NAME_CHARS",
    "REASON_CHARS",
    "SETTINGS",
    "TERM_CHARS",
    "TITLE_CHARS",
    "TOKEN_NAME_CHARS",
    "TOPIC_CHARS",
    "WORD_CHARS",
    "ZONE_CHARS",
    "Access",
    "Attachment",
    "Block",
    "BotKind",
    "Choices",
    "Circle",
    "Epoch",
    "Event",
    "File",
    "FilesAllowed",
    "Handover",
    "Hook",
    "HookDelivery",
    "Hooked",
    "Invitation",
    "Lease",
    "Leftover",
    "Mark",
    "Membership",
    "Mention",
    "NameKeyField",
    "OutgoingHook",
    "Place",
    "PlaceRole",
    "Posting",
    "Quota",
    "Record",
    "Registration",
    "Report",
    "Role",
    "Room",
    "RoomKind",
    "RoomsBy",
    "RowIdField",
    "SendState",
    "SkeletonField",
    "Token",
    "Trigger",
    "User",
    "UserSession",
    "event_id",
    "fault_of",
    "is_of_word",
    "name_key",
    "normalize_account",
    "room_id_of",
    "skeleton",
]
