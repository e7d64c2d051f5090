"""Invitations: who may make one, and what one opens. Whether its maker may still invite is asked when it is used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ..live.wire import Kind
from ..log.entry import Draft, Entry
from ..log.standing import Denied, Standing, standing
from ..models import Invitation, Record, Registration, Role, Room, RoomKind, User
from ..models.invitations import digest_of
from ..operations.security import record
from ..refusal import Refusal
from . import denials, messages, permissions, prices, rooms
from . import membership_changes as changes
from .quotas import check_invitation
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation that is to be made: rooms, by their names, for members or guests; how often, and for how long."""

    rooms: Sequence[str]
    as_guest: bool
    uses: int
    hours: int


def make(runtime: "Runtime", user: User, new: NewInvitation) -> tuple[str, Invitation]:
    """Makes an invitation. Returns its code, which is kept nowhere, and its row. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    admits = may_invite_to_place(runtime, user)
    if not admits and (new.as_guest or not new.rooms):
        raise _refused(_("Only admins may invite people to this place."))
    if new.as_guest and not new.rooms:
        raise Refusal("bad_input", _("An invitation of guests needs rooms."))
    found = [_room_to_invite(user, name) for name in dict.fromkeys(new.rooms)]
    check_invitation(user)
    code = Invitation.new_code()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            digest=digest_of(code),
            by=user,
            as_guest=new.as_guest,
            admits=admits,
            uses_left=new.uses,
            expires=timezone.now() + timedelta(hours=new.hours),
        )
        invitation.rooms.set(found)
    record("invited", user=user.pk, invitation=invitation.pk, rooms=",".join(new.rooms), guest=new.as_guest)
    return code, invitation


def may_invite_to_place(runtime: "Runtime", user: User) -> bool:
    return user.is_admin or (runtime.place.current.members_invite and not user.is_guest)


def named(code: str) -> Invitation:
    """The invitation of a code, which is valid. Raises Refusal: not_found, or with status 410 that it is over."""
    invitation = Invitation.of_code(code)
    if invitation is None:
        raise Refusal("not_found", _("There is no such invitation: was the whole address copied?"))
    if not invitation.is_valid or not invitation.by.is_active:
        raise _over(invitation)
    return invitation


def check_registration(runtime: "Runtime", invitation: Invitation) -> None:
    """Raises Refusal, forbidden, if the invitation makes no account."""
    mode = runtime.place.current.registration
    admits = invitation.admits and may_invite_to_place(runtime, invitation.by)  # perhaps not any more
    if mode != Registration.OPEN and not (admits and mode != Registration.CLOSED):
        raise _refused(_("This invitation is for people who have an account here: sign in to take it."))


def use(invitation: Invitation) -> None:
    """Takes one of its uses. Raises Refusal if there is none left: of many at once, as many as there are come in."""
    valid = Invitation.objects.filter(pk=invitation.pk, uses_left__gt=0, revoked=False, expires__gt=timezone.now())
    if not valid.update(uses_left=F("uses_left") - 1, used=F("used") + 1):
        raise _over(invitation)


def revoke(admin: User, number: int) -> None:
    """Ends an invitation, as an admin of the place. Raises Refusal, not_found."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=number).first()
        if invitation is None:
            raise Refusal("not_found", _("There is no such invitation: was the whole address copied?"))
        if not invitation.revoked:
            Invitation.objects.filter(pk=number).update(revoked=True)
            Record.objects.create(by=admin, deed="revoke", whom=invitation.by, about={"invitation": number})
    record("invitation_revoked", user=admin.pk, invitation=number)


def give_back(invitation: Invitation) -> None:
    """Nothing came of a use."""
    Invitation.objects.filter(pk=invitation.pk).update(uses_left=F("uses_left") + 1, used=F("used") - 1)


def take(runtime: "Runtime", user: User, invitation: Invitation) -> str | None:
    """Brings a user into its rooms, for one of its uses. Returns the name of the first room. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    wanted = list(invitation.rooms.all())
    if all(not _is_missing(user, room) for room in wanted):
        return wanted[0].name if wanted else None
    use(invitation)
    try:
        return enter(runtime, user, invitation)
    except Refusal:
        give_back(invitation)
        raise


def enter(runtime: "Runtime", user: User, invitation: Invitation) -> str | None:
    """Brings a user into the rooms of an invitation. Returns the name of the first one that opened. Raises Refusal."""
    opened, refused = None, None
    for room in invitation.rooms.all():
        try:
            _join(runtime, user, invitation, room)
            opened = opened or room.name
        except Refusal as refusal:
            refused = refusal
    if opened is None and refused is not None:
        raise refused
    return opened


def _join(runtime: "Runtime", user: User, invitation: Invitation, room: Room) -> None:
    permissions.check_rooms(user, more=1)

    def check(own: Standing, author: int | None, now: datetime) -> None:
        permissions.check_return(own)
        inviter = standing(invitation.by_id, room.pk)
        if inviter is None or not _may_invite(inviter, now):
            raise Denied("void")

    def deed(own: Standing, now: datetime) -> list[dict[str, Any]]:
        if own.is_member:
            return []
        changes.enter(user, room, Role.MEMBER)
        return [{"what": "joined", "userid": user.pk, "username": user.shown_name, "invited": invitation.by_id}]

    messages.commit(runtime, Draft(Entry(Kind.NOTICE, room=room.name), room.pk, room.name, user, check, deed))
    runtime.marks.note(user.pk, room.pk, room.seq)  # what was written before is not unread
    rooms.show_joined(runtime, user, room.name)


def _is_missing(user: User, room: Room) -> bool:
    own = standing(user.pk, room.pk)
    return own is not None and not own.is_member


def _may_invite(inviter: Standing, now: datetime) -> bool:
    try:
        permissions.check_invite(inviter, None, now)
    except Denied:
        return False
    return True


def _room_to_invite(user: User, name: str) -> Room:
    room, own = permissions.found(user, name)
    if room.kind == RoomKind.DIRECT:
        raise Refusal("bad_input", _("Nobody can be invited to a private chat."))
    denials.permitted(lambda own: permissions.check_invite(own, None, timezone.now()), own, name)
    return room


def _over(invitation: Invitation) -> Refusal:
    detail = _("This invitation is over. Ask %(name)s for a new one.") % {"name": invitation.by.shown_name}
    return Refusal("not_found", detail, status=410)


def _refused(detail: str) -> Refusal:
    return Refusal("forbidden", detail, event="access_refused")
