"""The account pages: signing in and out, registering. Changing a password is Django's view."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..accounts import registration
from ..accounts.forms import RegisterForm, SignInForm


class SignIn(LoginView):
    """`/`: the sign-in page; people who are signed in go on to the chat."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(registration_open=settings.REGISTRATION_OPEN, **kwargs)

    def get_redirect_url(self) -> str:
        """`next`; but not this page itself, which would lead around in a circle."""
        url: str = super().get_redirect_url()
        return "" if url == self.request.path else url

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait:
            response.status_code = 429
            response["Retry-After"] = str(form.wait)
        return response


class SignOut(LogoutView):
    """`/logout/`: also has the browser forget what it keeps of the pages. Over plain HTTP, browsers ignore that."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if request.is_secure():
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    next_page = request.POST.get("next", request.GET.get("next", ""))
    home = reverse("sign_in", query={"next": next_page} if next_page else None)  # it checks where that leads
    if request.user.is_authenticated:
        return redirect(home)
    registration.check_open()
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.save())
        return redirect(home)
    return render(request, "register.html", {"form": form, "next": next_page})
