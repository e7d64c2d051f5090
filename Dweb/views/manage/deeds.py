"""The deeds of the record, a line each: what the filter calls them, and the sentence about one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...models import Place, PlaceRole, Record, Room, User

About = Mapping[str, Any]
OTHER = "%(by)s: %(deed)s %(whom)s %(room)s"


class Deed(NamedTuple):
    """`sentence` has the places by, whom and room; `details` makes a further line of what a row has in `about`."""

    title: str | Promise
    sentence: str | Promise
    details: Callable[[About], str] = lambda about: ""
    in_room: str | Promise = ""  # the sentence about a row with a room, if it is another one


ROLES = {**dict(PlaceRole.choices), "moderator": _("moderator"), "owner": _("owner")}
OF_ROOMS = {
    "title": _("title"),
    "topic": _("topic"),
    "kind": _("who can come in"),
    "frozen": _("only moderators write"),
    "archived": _("archived"),
}
VALUES = {
    ("kind", "open"): _("everyone"),
    ("kind", "private"): _("by invitation"),
    **{(name, 1): _("yes") for name in ("frozen", "archived")},
    **{(name, 0): _("no") for name in ("frozen", "archived")},
}


def _roles(about: About) -> str:
    if "role" in about:  # in a room
        return str(ROLES.get(about["role"], about["role"]))
    names = {"before": ROLES.get(about.get("from"), ""), "after": ROLES.get(about.get("to"), "")}
    return gettext("from %(before)s to %(after)s") % names


def _until(about: About) -> str:
    until = about.get("until")
    return gettext("until %(time)s") % {"time": f"{until[:16].replace('T', ' ')} UTC"} if until else gettext("ended")


def _of_room(about: About) -> str:
    """Such as: topic: “Ships”; archived: yes."""
    parts = ((OF_ROOMS.get(name, name), VALUES.get((name, value), value)) for name, value in about.items())
    return "; ".join(gettext("%(name)s: “%(value)s”") % {"name": name, "value": value} for name, value in parts)


def _settings(about: About) -> str:
    """Such as: Who may make rooms: “Members”, then “Admins”."""
    parts = (
        (_setting(name), _value(name, values["from"]), _value(name, values["to"])) for name, values in about.items()
    )
    words = gettext("%(name)s: “%(before)s”, then “%(after)s”")
    return "; ".join(words % {"name": name, "before": before, "after": after} for name, before, after in parts)


def _setting(name: str) -> object:
    return Place._meta.get_field(name).verbose_name


def _value(name: str, value: object) -> object:
    return (dict(Place._meta.get_field(name).flatchoices) or {True: _("yes"), False: _("no")}).get(value, value)


DONE_WITH_WEBHOOKS = {
    "made": _("“%(name)s” was made"),
    "changed": _("“%(name)s” was changed"),
    "on": _("“%(name)s” was turned on"),
    "off": _("“%(name)s” was turned off"),
    "secret": _("“%(name)s” got another secret"),
    "deleted": _("“%(name)s” was deleted"),
}


def _of_webhook(about: About) -> str:
    return str(DONE_WITH_WEBHOOKS.get(about["did"], "%(name)s")) % {"name": about["webhook"]}


DEEDS: Mapping[str, Deed] = {
    "role": Deed(
        _("Roles"),
        _("%(by)s changed the role of %(whom)s"),
        _roles,
        in_room=_("%(by)s changed the role of %(whom)s in %(room)s"),
    ),
    "approved": Deed(_("Let in"), _("%(by)s let %(whom)s in")),
    "refused": Deed(_("Turned away"), _("%(by)s turned %(whom)s away")),
    "suspended": Deed(_("Suspensions"), _("%(by)s suspended %(whom)s")),
    "restored": Deed(_("Restored"), _("%(by)s restored %(whom)s")),
    "signed_out": Deed(_("Signed out"), _("%(by)s signed %(whom)s out everywhere")),
    "password_link": Deed(_("Links for passwords"), _("%(by)s made a link that sets a new password for %(whom)s")),
    "account_made": Deed(
        _("New accounts"), _("%(by)s made the account of %(whom)s"), lambda about: str(ROLES.get(about["to"], ""))
    ),
    "key": Deed(_("Keys of bots"), _("%(by)s gave %(whom)s a new key")),
    "bot_picture": Deed(_("Pictures of bots"), _("%(by)s gave %(whom)s another picture")),
    "hook": Deed(_("New webhooks"), _("%(by)s made the webhook %(whom)s in %(room)s")),
    "hook_ended": Deed(_("Ended webhooks"), _("%(by)s ended the webhook %(whom)s in %(room)s")),
    "emptied": Deed(_("Emptied"), _("%(by)s emptied %(whom)s")),
    "place": Deed(_("Settings of the place"), _("%(by)s changed the settings of the place"), _settings),
    "room": Deed(_("Changes of rooms"), _("%(by)s changed the room %(room)s"), _of_room),
    "add": Deed(_("Added to rooms"), _("%(by)s added %(whom)s to %(room)s")),
    "remove": Deed(_("Removed from rooms"), _("%(by)s removed %(whom)s from %(room)s")),
    "ban": Deed(_("Banned from rooms"), _("%(by)s banned %(whom)s from %(room)s")),
    "mute": Deed(_("Muted in rooms"), _("%(by)s muted %(whom)s in %(room)s"), _until),
    "delete": Deed(_("Deleted messages"), _("%(by)s deleted a message of %(whom)s in %(room)s")),
    "delete_room": Deed(_("Deleted rooms"), _("%(by)s deleted the room %(room)s"), lambda about: about["title"]),
    "revoke": Deed(_("Revoked invitations"), _("%(by)s revoked an invitation of %(whom)s")),
    "outgoing": Deed(
        _("Outgoing webhooks"),
        _("%(by)s changed an outgoing webhook"),
        _of_webhook,
        in_room=_("%(by)s changed an outgoing webhook of %(room)s"),
    ),
    "settle": Deed(_("Reports"), _("%(by)s settled a report in %(room)s")),
}


def titles(rows: Iterable[Record]) -> dict[str, str]:
    """The titles of the rooms that rows are about, by their names on the wire; without those that are gone."""
    names = {row.room for row in rows if row.room}
    return dict(Room.objects.filter(name__in=names).exclude(title="").values_list("name", "title"))


def sentence(row: Record, titles: Mapping[str, str]) -> SafeString:
    """The sentence about a row, as HTML. A deed that is not listed here is named as it is stored."""
    deed = DEEDS.get(row.deed)
    words = (row.room and deed.in_room) or deed.sentence if deed else OTHER
    names = {
        "by": _name(row.by),
        "whom": _name(row.whom) if row.whom else "",
        "room": _bold(titles.get(row.room, row.room)),
        "deed": conditional_escape(row.deed),
    }
    return mark_safe(conditional_escape(words) % names)  # noqa: S308 - its parts are escaped


def details(row: Record) -> str:
    """What else a row says about its deed; empty if there is nothing."""
    deed = DEEDS.get(row.deed)
    return deed.details(row.about) if deed and row.about else ""


def _name(user: User | None) -> SafeString:
    return _bold(gettext("The server") if user is None else user.shown_name)


def _bold(words: str) -> SafeString:
    return format_html("<b><bdi>{}</bdi></b>", words) if words else mark_safe("")
