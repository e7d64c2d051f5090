"""Pictures of people and rooms: which file one has, and how others learn of another one."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..cluster.bus import Message
from ..live import wire
from ..models import File, Quota, Room, User
from ..refusal import Refusal
from . import guests, membership, permissions, prices, quotas
from .denials import no_file
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def check(user: User, file_id: str) -> None:
    """Raises Refusal for what is no picture of the user's own."""
    file = File.objects.filter(pk=file_id, owner=user).exclude(stored="").first()
    if file is None:
        raise no_file()
    if file.width is None:
        raise Refusal("bad_input", _("This file is no picture that can be shown."))


def choose(runtime: "Runtime", user: User, file_id: str) -> None:
    """Gives a user another picture, none with an empty id, and shows it. Raises Refusal."""
    check_rate(runtime, user, prices.ACCOUNT)
    if file_id:
        check(user, file_id)
    most = settings.PICTURE_CHANGES_PER_HOUR
    if wait := quotas.use(user, Quota.Kind.PICTURE, most, quotas.HOUR):
        detail = _("Too many new pictures: at most %(most)d an hour.") % {"most": most}
        raise Refusal("too_fast", detail, wait, event="quota_refused", about={})
    with transaction.atomic():
        if file_id and not File.keep(file_id):
            raise no_file()
        User.objects.filter(pk=user.pk).update(picture=file_id)
    announce(runtime, user.pk)


def announce(runtime: "Runtime", user_id: int) -> None:
    """Shows the picture that a user was just given, in all processes."""
    runtime.files.previews.wake()
    _show(runtime, user_id)
    runtime.bus.send({"type": "picture", "user": user_id})


def on_picture(runtime: "Runtime", message: Message) -> None:
    _show(runtime, message["user"])


def of_users(user: User, user_ids: Collection[int]) -> dict[int, str]:
    """The pictures of those of these users whom a user sees, by their ids, as far as they have one."""
    seen = guests.seen_by(user.pk) & {*user_ids} if user.is_guest else {*user_ids}
    return dict(User.objects.filter(pk__in=seen).exclude(picture="").values_list("pk", "picture"))


def of_rooms(user: User, names: Collection[str]) -> dict[str, str]:
    """The pictures of those of these rooms that exist for a user, by their names."""
    rooms = Room.objects.filter(name__in=names).exclude(picture="")
    return {room.name: room.picture for room in rooms if exists_for(user, room)}


def any_chosen() -> bool:
    """True if somebody, or a room, has a picture: only then a page loads what shows them. An index answers it."""
    return any(model.objects.filter(picture__gt="").exists() for model in (User, Room))


def is_shown(user: User, file_id: str) -> bool:
    """True if a file is the picture of somebody whom the user sees, or of a room that exists for them."""
    owners = User.objects.filter(picture=file_id).values_list("pk", flat=True)
    if any(guests.sees(user, owner) for owner in owners):
        return True
    return any(exists_for(user, room) for room in Room.objects.filter(picture=file_id))


def exists_for(user: User, room: Room) -> bool:
    return user.reaches(room.name) and permissions.exists_for(membership.standing_in(user.pk, room))


def _show(runtime: "Runtime", user_id: int) -> None:
    """Tells everyone here who sees the user."""
    picture = User.objects.filter(pk=user_id).values_list("picture", flat=True).first()
    clients = [client for client in runtime.hub.connections() if client.greeted]
    seen = guests.seen_by_each({client.user_id for client in clients if client.is_guest})
    frame = wire.picture_frame(user_id, picture or "")
    told = [each for each in clients if not each.is_guest or user_id in seen.get(each.user_id, ())]
    runtime.writer.fan_out(told, frame)
