"""/manage/invitations/: who made which, for how many and until when; admins revoke them."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from ...chat import invitations as rules
from ...models import Invitation
from ..values import clean_number
from .admins import for_admins
from .sections import page


@for_admins("GET", "HEAD", "POST")
def invitations(request: HttpRequest) -> HttpResponse:
    """Those that hold, the newest first. A POST revokes the one with the id `revoke`."""
    if request.method == "POST":
        rules.revoke(request.user, clean_number(request.POST.dict(), "revoke"))
        messages.success(request, gettext("The invitation is revoked."))
        return redirect("manage_invitations")
    valid = Invitation.objects.filter(revoked=False, uses_left__gt=0, expires__gt=timezone.now())
    found = valid.select_related("by").prefetch_related("rooms").order_by("-pk")
    rows = Paginator(found, settings.MANAGE_ROWS).get_page(request.GET.get("page"))
    return page(request, "manage_invitations", "invitations", {"rows": rows})
