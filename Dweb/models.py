"""What is kept: people, rooms, who belongs to which, and the log of events. No rules here."""

import secrets
import unicodedata
from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import ProhibitNullCharactersValidator
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .live.wire import Kind
from .search.terms import TERM_CHARS

LOBBY = "lobby"
EVENTS_PER_ROOM = 2**32
NAME_CHARS = 60


def normalize_account(account: str) -> str:
    """One spelling for all that people type for the same account: compatibility forms and case are folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", account).casefold())


def give_connection_back() -> None:
    """Close this thread's database connection, for it will wait; inside a transaction, which needs it, do nothing."""
    for each in connections.all(initialized_only=True):
        if not each.in_atomic_block:
            each.close_if_unusable_or_obsolete()


def forget_connection() -> None:
    """As give_connection_back(), and drop Django's object for it: a thread is about to be parked, perhaps for days."""
    give_connection_back()
    for each in connections.all(initialized_only=True):
        if each.connection is None:
            del connections[each.alias]


def name_key(name: str) -> str:
    """What a name is found by: its beginning without case and width."""
    return (name.lower() if name.isascii() else normalize_account(name))[:NAME_CHARS]


class NameKeyField(models.CharField):
    """Follows the name each time a person is stored."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        model_instance.name_key = name_key(model_instance.username)
        return model_instance.name_key


class UserManager(BaseUserManager["User"]):
    """Accounts are looked up by their one spelling."""

    def create_user(self, account: str, password: str | None = None, username: str = "", **extra: object) -> "User":
        user = self.model(account=normalize_account(account), username=username or account, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, account: str, password: str | None = None, username: str = "", **extra: object
    ) -> "User":
        return self.create_user(account, password, username, **{"is_staff": True, "is_superuser": True, **extra})

    def get_by_natural_key(self, account: str | None) -> "User":
        return self.get(account=normalize_account(account or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person: `user_id` is what others see of the account, `username` is the name they read."""

    user_id = models.BigAutoField(primary_key=True)
    account = models.CharField(
        _("account"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator(message=_("An account has letters, digits and @ . + - _ only."))],
        error_messages={"unique": _("This account is taken: choose another one, or sign in.")},
    )
    username = models.CharField(_("name"), max_length=NAME_CHARS, validators=[ProhibitNullCharactersValidator()])
    name_key = NameKeyField(max_length=NAME_CHARS, db_index=True, editable=False, default="")
    is_staff = models.BooleanField(_("may use the admin pages"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("registered"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS = ["username"]

    class Meta:
        db_table = "user"
        verbose_name, verbose_name_plural = _("person"), _("people")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Folding may make an account longer, or put a space into it: what is checked is what is stored."""
        self.account = normalize_account(self.account)
        super().clean_fields(exclude)

    # Hashing takes a good part of a second on purpose: no database connection is held meanwhile.

    def set_password(self, raw_password: str | None) -> None:
        give_connection_back()
        super().set_password(raw_password)

    def check_password(self, raw_password: str) -> bool:
        give_connection_back()
        return super().check_password(raw_password)

    def get_full_name(self) -> str:
        return self.username

    get_short_name = get_full_name

    def __str__(self) -> str:
        return self.username


class Room(models.Model):
    """A place where messages go. `seq` is the number of its last event; whoever adds one holds this row's lock."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    seq = models.BigIntegerField(_("events"), default=0, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="rooms")

    class Meta:
        db_table = "room"
        verbose_name, verbose_name_plural = _("room"), _("rooms")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user belongs to a group room or a direct room; to the lobby everyone does, without an entry."""

    user = models.ForeignKey(User, models.CASCADE)
    room = models.ForeignKey(Room, models.CASCADE)

    class Meta:
        db_table = "membership"
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="membership_once")]


class RowIdField(models.BigIntegerField):
    """A 64-bit key that we choose; on SQLite the row id itself, which only a column of type integer is."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Event(models.Model):
    """One entry of a room's log.

    The key is made of room and number, so the table itself lies in the order in which it is read, and no
    two events can have the same number.

    The text of a message is in its own row and nowhere else: an edit replaces it there, a deletion leaves it
    empty, as no message is. Their own rows have no text.
    """

    id = RowIdField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, db_index=False)
    seq = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(default=Kind.MESSAGE.value)
    of = models.BigIntegerField(null=True)  # the number of the message that an edit or a deletion changes
    user = models.ForeignKey(User, models.PROTECT, db_index=False)
    text = models.TextField()
    edited = models.DateTimeField(null=True)  # when this message was edited last
    time = models.DateTimeField()
    cid = models.CharField(max_length=64, null=True)
    reply = models.BigIntegerField(null=True)

    class Meta:
        db_table = "event"
        constraints = [models.UniqueConstraint(fields=["user", "cid"], name="event_once")]


def event_id(room_id: int, seq: int) -> int:
    """An event's key, and the key space of a room: from event_id(room, 0) up to event_id(room + 1, 0)."""
    return room_id * EVENTS_PER_ROOM + seq


def room_id_of(event_id: int) -> int:
    return event_id // EVENTS_PER_ROOM


class Posting(models.Model):
    """An entry of the search index: the event with the id `block` * BLOCK_EVENTS + `place` holds `term`.

    A room's numbers are cut into blocks, and the key begins with the block: what is written together lies
    together, and a search reads the newest blocks first, of each only the terms that it is after.
    """

    BLOCK_EVENTS = 2**10

    pk = models.CompositePrimaryKey("block", "term", "place")
    block = models.BigIntegerField()
    term = models.CharField(max_length=TERM_CHARS)
    place = models.SmallIntegerField()

    class Meta:
        db_table = "posting"


class Mark(models.Model):
    """How far a user has read a room: up to and with the event `seq`.

    Without constraints on user and room: to check them, the database would have to wait for the committer's locks.
    """

    user = models.ForeignKey(User, models.CASCADE, db_index=False, db_constraint=False)
    room = models.ForeignKey(Room, models.CASCADE, db_constraint=False)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "mark"
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="mark_once")]


class Epoch(models.Model):
    """One row: an id made with the database. Another one means that numbers seen before say nothing."""

    value = models.CharField(max_length=32)

    class Meta:
        db_table = "epoch"

    @classmethod
    def current(cls, using: str = DEFAULT_DB_ALIAS) -> str:
        return cls.objects.using(using).get_or_create(pk=1, defaults={"value": secrets.token_hex(8)})[0].value
