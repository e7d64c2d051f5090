"""/password/…/: the page of a link that an admin made. Whoever has the link sets a new password, once."""

from typing import Any

from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy

from .. import runtime
from ..accounts import password_links
from ..accounts.link_form import NewPasswordForm
from ..models import User
from ..operations.security import record
from ..refusal import Refusal


class PasswordLink(PasswordResetConfirmView):
    """Django's view keeps the token in the session, and leads on to an address without it."""

    template_name = "password_link.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("sign_in")
    token_generator = password_links.tokens
    user: User

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"token": self.request.session.get(INTERNAL_RESET_SESSION_TOKEN)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The `user` of the page is the person of the link: for password managers, whoever is signed in."""
        return super().get_context_data(**kwargs) | {"void": password_links.void(), "user": self.user}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        try:
            response = super().form_valid(form)
        except Refusal as refusal:
            form.refuse(refusal, "new_password1")
            runtime.get().refusals.record(refusal, self.request)
            return self.form_invalid(form)
        record("password_changed", self.request, target=self.user.pk)
        return response

    def form_invalid(self, form: NewPasswordForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.refusal is not None:
            response.status_code = form.refusal.status
            form.refusal.add_headers(response)
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, **({} if self.validlink else {"status": 403}) | kwargs)
