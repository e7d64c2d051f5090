"""Denials: what a user reads who may not do something in a room, by the reason that permissions gave."""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..log.standing import Denied, Standing
from ..models import User
from ..models.tokens import MANAGE
from ..refusal import Refusal

REASONS: dict[str, tuple[str, str]] = {
    "absent": ("not_found", gettext_noop("There is no room %(room)s.")),
    "outside": ("forbidden", gettext_noop("You are not in room %(room)s: open it to join.")),
    "banned": ("forbidden", gettext_noop("You were banned from this room.")),
    "blocked": ("forbidden", gettext_noop("This person takes no private messages from you.")),
    "foreign": ("forbidden", gettext_noop("Only your own messages can be changed.")),
    "frozen": ("frozen", gettext_noop("Only moderators write in this room at the moment.")),
    "muted": ("muted", gettext_noop("You are muted in this room: you can write again later.")),
    "archived": ("forbidden", gettext_noop("This room is archived: it can only be read.")),
    "rank": ("forbidden", gettext_noop("You may not do that in this room.")),
    "suspended": ("forbidden", gettext_noop("This account is suspended.")),
    "last_owner": ("forbidden", gettext_noop("A room keeps an owner: make another member an owner first.")),
    "void": ("not_found", gettext_noop("Who made this invitation may not invite to this room any more.")),
    "lobby": ("bad_input", gettext_noop("The lobby is everyone's: that cannot be changed there.")),
    "taken": ("bad_input", gettext_noop("There is a room whose name looks the same: choose another name.")),
    "title": ("bad_input", gettext_noop("This title has characters that a name may not have.")),
    "nobody": ("not_found", gettext_noop("There is no such user in this room.")),
    "file": ("not_found", gettext_noop("There is no such file.")),
    "full": ("forbidden", gettext_noop("This person is in as many rooms as are possible.")),
}
UNEVENTFUL = {"absent", "frozen", "muted", "archived", "blocked"}  # of no interest to the log of security


def refusal(denied: Denied, room: str) -> Refusal:
    code, sentence = REASONS[denied.reason]
    wait = None if denied.until is None else max(1.0, (denied.until - timezone.now()).total_seconds())
    event = None if denied.reason in UNEVENTFUL else "access_refused"
    return Refusal(code, _(sentence) % {"room": room}, wait, event=event, about={"room": room})


def no_file() -> Refusal:
    """The same for a file that does not exist, whose bytes have not come yet, and that is of others."""
    return Refusal("not_found", _("There is no such file."))


def permitted(check: Callable[[Standing], None], standing: Standing, room: str) -> None:
    """Asks a rule outside of the committer's transaction. Raises Refusal."""
    try:
        check(standing)
    except Denied as denied:
        raise refusal(denied, room) from None


def require_manage(user: User) -> None:
    """Refuses the token of a program that only reads and writes."""
    if not user.manages:
        raise Refusal("forbidden", _("This token may not do that: it needs “%(scope)s”.") % {"scope": MANAGE})


def reached(user: User, name: str) -> str:
    """A room's name, unless the token of a program is not for this room: then it does not exist."""
    if not user.reaches(name):
        raise refusal(Denied("absent"), name)
    return name
