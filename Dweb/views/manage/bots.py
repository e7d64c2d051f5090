"""/manage/bots/: the bots of the place; a new one gets rooms and a key, which is shown once."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ... import runtime
from ...accounts import bots as rules
from ...chat import members, membership
from ...models import BotKind, Role, Room, RoomKind, User
from ...operations import security
from ...refusal import Refusal
from .admins import for_admins
from .forms import BotForm
from .keys import key_page
from .people import EMPTIED
from .sections import page


@for_admins("GET", "HEAD")
def bots(request: HttpRequest) -> HttpResponse:
    """The bots, in the order of their names, with the last use of their keys."""
    found = User.objects.filter(~EMPTIED, bot=BotKind.BOT).annotate(used=Max("token__used"))
    rows = Paginator(found.order_by("name_key", "pk"), settings.MANAGE_ROWS)
    shown = {"rows": rows.get_page(request.GET.get("page")), "online": runtime.get().hub.people().keys()}
    return page(request, "manage_bots", "bots", shown)


@for_admins("GET", "HEAD", "POST")
def new_bot(request: HttpRequest) -> HttpResponse:
    """A form for one bot; it is answered by the page with its key."""
    form = BotForm(_offered(request.user), request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "manage_bots", "bot", {"form": form}, 400 if form.is_bound else 200)
    bot, data = form.instance, form.cleaned_data
    try:
        key = rules.make(request.user, bot, data["reason"], request)
    except Refusal as refusal:
        form.add_error("account", refusal.detail)
        return page(request, "manage_bots", "bot", {"form": form}, refusal.status)
    security.record("account_added", request, target=bot.pk, account=bot.account)
    for room in data["rooms"]:
        try:
            members.give_role(runtime.get(), request.user, room, bot.pk, Role.MEMBER)
        except Refusal as refusal:  # the bot is made all the same: people add it there
            messages.error(request, f"{room}: {refusal.detail}")
    return key_page(request, bot, key, is_new=True, room=(data["rooms"] or [""])[0])


def _offered(admin: User) -> list[tuple[str, str]]:
    """The rooms to which this admin may add a bot at once, by their names on the wire; in others, people add it."""
    own = membership.moderated(admin.pk).values("pk")
    found = Room.objects.filter(Q(kind__in=(RoomKind.LOBBY, RoomKind.OPEN)) | Q(pk__in=own), archived=False)
    rows = found.order_by("-kind", "title_key").values_list("kind", "name", "title")[: settings.MANAGE_ROWS]
    return [(name, _("Lobby") if kind == RoomKind.LOBBY else title) for kind, name, title in rows]
