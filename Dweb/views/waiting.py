"""`/waiting/`: the page of who has registered and waits for an admin; and what its script asks now and then."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..accounts import approval
from ..models import User
from ..refusal import Refusal
from .errors import answer, wrong_method
from .operation import operation
from .schemas import FLAG, shape


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """The page; a POST signs in who was let in."""
    user_id = approval.user_id_of(request)
    if user_id is None or request.user.is_authenticated:
        return redirect("sign_in")
    if request.method == "POST":
        user = approval.enter(user_id)
        if user is None:
            return redirect("waiting")
        login(request, user)
        return approval.forget(redirect("news_chat"))
    user = User.objects.filter(pk=user_id).first()
    if user is None or not (user.is_active or user.waiting):
        detail = _("No admin has let you in. Ask the people who are in, if you think that this is a mistake.")
        return approval.forget(answer(request, Refusal("forbidden", detail)))
    if user.is_active and user.last_login:
        return approval.forget(redirect("sign_in"))
    return render(request, "waiting.html", {"person": user})


@csrf_exempt  # or a wrong method would be 403
@never_cache
@operation(
    gettext_noop("Whether the account that was registered here still waits for an admin; by the cookie of that."),
    answer=shape(waiting=FLAG),
    public=True,
)
def state(request: HttpRequest) -> HttpResponse:
    if request.method != "GET":
        return wrong_method(request, ("GET",))
    user_id = approval.user_id_of(request)
    if user_id is None:
        raise Refusal("not_signed_in", _("Sign in first."))
    return JsonResponse({"waiting": approval.waiting().filter(pk=user_id).exists()})
