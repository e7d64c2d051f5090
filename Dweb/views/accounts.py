"""The account pages: signing in and out, registering, changing the password."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import runtime
from ..accounts import approval, devices, flood, registration
from ..accounts.forms import PasswordForm, Refusable, RegisterForm, SignInForm
from ..chat import prices
from ..chat.rates import check_rate
from ..models import Registration, User
from ..operations.security import record
from ..refusal import Refusal


class SignIn(LoginView):
    """`/`: the sign-in page; people who are signed in go on to the chat."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _charge(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        live = runtime.get()
        mode = live.place.current.registration
        shown = {
            "set_up": live.first_run.is_over,
            "registration_open": mode in (Registration.OPEN, Registration.APPROVAL),
            "invited": mode == Registration.INVITE,
        }
        return super().get_context_data(**shown, **kwargs)

    def get_redirect_url(self) -> str:
        """`next`; but not this page itself, which would lead around in a circle."""
        url: str = super().get_redirect_url()
        return "" if url == self.request.path else url

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return with_status(self.request, form, super().form_invalid(form))


class PasswordChange(PasswordChangeView):
    template_name = "password_change.html"
    form_class = PasswordForm
    success_url = "/news_chat/"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        record("password_changed", self.request)
        devices.remember(self.request, form.user)
        return response

    def form_invalid(self, form: PasswordForm) -> HttpResponse:
        return with_status(self.request, form, super().form_invalid(form))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    next_page = request.POST.get("next", request.GET.get("next", ""))
    home = reverse("sign_in", query={"next": next_page} if next_page else None)  # it checks where that leads
    if request.user.is_authenticated:
        _charge(request)
        return redirect(home)
    live = runtime.get()
    registration.check_open(live, request)
    if request.method == "POST" and flood.is_flood(request):
        request.is_flood = True
        registration.check_rate(request)
    form = RegisterForm(request.POST if request.method == "POST" else None)

    def make() -> User:
        if live.place.current.registration == Registration.APPROVAL:
            approval.begin(form.instance)
        return form.save()

    if form.is_valid():
        try:
            user = registration.register(request, make)
            if user.waiting:
                return approval.remember(redirect("waiting"), user)
            login(request, user)
            return redirect(home)
        except Refusal as refusal:
            form.refuse(refusal)
    elif form.is_bound:
        record("register_failed", request, account=form.data.get("account"), fields=",".join(form.errors))
    return with_status(request, form, render(request, "register.html", {"form": form, "next": next_page}))


def _charge(request: HttpRequest) -> None:
    """Takes the price of a page from who is signed in. Raises Refusal, too_fast."""
    if request.user.is_authenticated:
        check_rate(runtime.get(), request.user, prices.PAGE)


def with_status(request: HttpRequest, form: Refusable, response: HttpResponse) -> HttpResponse:
    """The response with the status of the form's refusal, if there is one, which is logged. Raises it in a flood."""
    if form.refusal is not None:
        if flood.count(request):
            request.is_flood = True
            raise form.refusal
        runtime.get().refusals.record(form.refusal, request)
        response.status_code = form.refusal.status
        form.refusal.add_headers(response)
    return response
