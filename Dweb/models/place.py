"""The place: its name, who may come in, and what its people may do. No rules here."""

from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .names import NAME_CHARS

KEY = 1  # of the one row


class Registration(models.TextChoices):
    """Who may make an account."""

    OPEN = "open", _("Everyone")
    INVITE = "invite", _("People with an invitation")
    APPROVAL = "approval", _("Everyone, once an admin lets them in")
    CLOSED = "closed", _("Nobody: admins make the accounts")


class RoomsBy(models.TextChoices):
    """Who may make rooms. Guests never do."""

    MEMBERS = "members", _("Members")
    ADMINS = "admins", _("Admins")


class Circle(models.TextChoices):
    """The people whom a rule about private chats names."""

    EVERYONE = "everyone", _("Everyone, guests too")
    MEMBERS = "members", _("Members")
    MODERATORS = "moderators", _("Moderators and admins")


class FilesAllowed(models.TextChoices):
    """What people may send beside messages."""

    EVERYTHING = "everything", _("Pictures and all other files")
    PICTURES = "pictures", _("Pictures alone")
    NOTHING = "nothing", _("No files")


class Place(models.Model):
    """One row: the settings of the place. Without a row they are the defaults."""

    name = models.CharField(
        _("Name"), max_length=NAME_CHARS, default="", blank=True, validators=[ProhibitNullCharactersValidator()]
    )
    registration = models.CharField(
        _("Who may make an account"), max_length=10, choices=Registration.choices, default=Registration.OPEN
    )
    rooms_by = models.CharField(
        _("Who may make rooms"), max_length=10, choices=RoomsBy.choices, default=RoomsBy.MEMBERS
    )
    chats_by = models.CharField(
        _("Who may begin private chats"), max_length=10, choices=Circle.choices, default=Circle.EVERYONE
    )
    chats_with = models.CharField(_("With whom"), max_length=10, choices=Circle.choices, default=Circle.EVERYONE)
    files = models.CharField(
        _("What people may send"), max_length=10, choices=FilesAllowed.choices, default=FilesAllowed.EVERYTHING
    )
    icon = models.CharField(_("Icon"), max_length=16, default="", db_default="", editable=False)  # a file's id
    members_invite = models.BooleanField(_("Members may invite people"), default=False)

    class Meta:
        db_table = "place"

    @classmethod
    def stored(cls) -> "Place":
        return cls.objects.filter(pk=KEY).first() or cls(pk=KEY)

    @classmethod
    def locked(cls) -> "Place":
        """The row, locked until the transaction ends, and made if there is none."""
        return cls.objects.select_for_update().get_or_create(pk=KEY)[0]


SETTINGS = ("name", "registration", "rooms_by", "chats_by", "chats_with", "files", "members_invite")
