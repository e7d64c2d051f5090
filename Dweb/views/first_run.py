"""`/setup/<code>/`: names the place and makes the first account, while there is none."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import runtime
from ..accounts import first_run, registration
from ..accounts.forms import SetupForm
from ..models import User
from ..refusal import Refusal
from .accounts import with_status


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def setup(request: HttpRequest, code: str) -> HttpResponse:
    live = runtime.get()
    first_run.check_code(live, request, code)
    form = SetupForm(request.POST if request.method == "POST" else None)

    def make() -> User:
        return first_run.set_up(live, form.save(commit=False), form.cleaned_data["place"])

    if form.is_valid():
        try:
            login(request, registration.register(request, make))
            request.session["welcome"] = True  # the page offers to invite people, once
            return redirect("news_chat")
        except Refusal as refusal:
            if refusal.code == "not_found":
                raise
            form.refuse(refusal)
    return with_status(request, form, render(request, "setup.html", {"form": form}))
