"""People: accounts, and the names by which they are found. No rules here."""

import re
from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..databases.release import release_connections
from .names import NAME_CHARS, NameKeyField, SkeletonField, normalize_account
from .tokens import Access

ZONE_CHARS = 64  # the longest name has 32
ESSENTIALS = ("user_id", "account", "username", "is_active", "shows_account", "is_guest", "bot")


# Begins the accounts of people who were emptied: no new account begins so.
GONE = re.compile("gone-[0-9]")


class PlaceRole(models.TextChoices):
    """What a person may do in the place; by these words on the wire and in files."""

    ADMIN = "admin", _("admin")
    MEMBER = "member", _("member")
    GUEST = "guest", _("guest")

    @property
    def fields(self) -> dict[str, bool]:
        """The fields of a user with this role."""
        is_admin = self is PlaceRole.ADMIN
        return {"is_staff": is_admin, "is_superuser": is_admin, "is_guest": self is PlaceRole.GUEST}


class BotKind(models.IntegerChoices):
    """Whether an account is a person's. Nobody signs in to any other; what it may do, roles decide as for people."""

    NONE = 0, _("person")
    BOT = 1, _("bot")  # of a program with a token, which admins made
    HOOK = 2, _("webhook")  # the author of what comes through one webhook: of its room alone, and in no list beside


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
    """A person, or a bot: `user_id` is what others see of the account, `shown_name` is the name that they read."""

    user_id = models.BigAutoField(primary_key=True)
    account = models.CharField(
        _("account"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator(message=_("An account has letters, digits and @ . + - _ only."))],
        error_messages={"unique": _("This account is taken: choose another one, or sign in.")},
    )
    username = models.CharField(_("name"), max_length=NAME_CHARS, validators=[ProhibitNullCharactersValidator()])
    name_key = NameKeyField(max_length=NAME_CHARS)
    skeleton = SkeletonField(db_default="")
    account_skeleton = SkeletonField(of="account", db_default="")
    is_staff = models.BooleanField(_("may use the admin pages"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    shows_account = models.BooleanField(_("has a name like another's"), default=False, db_default=False, editable=False)
    is_guest = models.BooleanField(_("is a guest"), default=False, db_default=False)  # sees only rooms of their own
    waiting = models.BooleanField(default=False, db_default=False, editable=False)  # for an admin who lets them in
    quiet_until = models.DateTimeField(null=True, editable=False)  # until then the user wants no alerts
    time_zone = models.CharField(max_length=ZONE_CHARS, null=True, editable=False)  # by IANA's name
    picture = models.CharField(max_length=16, default="", db_default="", db_index=True, editable=False)  # a file's id

    bot = models.PositiveSmallIntegerField(choices=BotKind, default=0, db_default=0, editable=False)

    access: Access | None = None  # of the token with which a program acts for this person

    objects = UserManager()

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS = ["username"]

    class Meta:
        db_table = "user"
        verbose_name, verbose_name_plural = _("person"), _("people")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Checks the folded account, which is stored: folding may make it longer, or put a space into it."""
        self.account = normalize_account(self.account)
        super().clean_fields(exclude)

    # Hashing takes a good part of a second on purpose; the thread holds no database connection meanwhile.

    def set_password(self, raw_password: str | None) -> None:
        release_connections()
        super().set_password(raw_password)

    def check_password(self, raw_password: str) -> bool:
        release_connections()
        return super().check_password(raw_password)

    @property
    def is_admin(self) -> bool:
        """True for an admin of the place."""
        return self.is_superuser and self.is_active

    @property
    def role(self) -> PlaceRole:
        if self.is_superuser:
            return PlaceRole.ADMIN
        return PlaceRole.GUEST if self.is_guest else PlaceRole.MEMBER

    @property
    def is_bot(self) -> bool:
        return self.bot != BotKind.NONE

    @property
    def bot_mark(self) -> dict[str, bool]:
        """What JSON has beside the name of a bot."""
        return {"bot": True} if self.bot else {}

    @property
    def is_gone(self) -> bool:
        """True for a person who was emptied."""
        return not self.is_active and GONE.match(self.account) is not None

    def reaches(self, room: str) -> bool:
        """False for a room that the token of a program is not for."""
        return self.access is None or self.access.reaches(room)

    @property
    def only(self) -> frozenset[str] | None:
        """The only rooms that the token of a program is for; None: all of its person's."""
        return None if self.access is None else self.access.rooms

    @property
    def manages(self) -> bool:
        """False for a program whose token may not change rooms, nor what others wrote there."""
        return self.access is None or self.access.manages

    @property
    def shown_name(self) -> str:
        """The name; with the account, if others have a name that is or looks the same."""
        return f"{self.username} ({self.account})" if self.shows_account else self.username

    def essentials(self) -> "User":
        """The same person with little in memory; the other fields are read from the database when they are used."""
        fields = {name: self.__dict__[name] for name in ESSENTIALS}
        user = User.from_db(self._state.db or "default", list(fields), list(fields.values()))
        if self.access is not None:
            user.access = self.access
        return user

    def get_full_name(self) -> str:
        return self.username

    get_short_name = get_full_name

    def __str__(self) -> str:
        return self.username
