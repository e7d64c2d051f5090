"""The sentences of the page's scripts in the person's language: Django's catalogue of our own, and nothing else."""

from typing import Any

from django.utils.decorators import method_decorator
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from django.views.decorators.vary import vary_on_cookie
from django.views.i18n import JavaScriptCatalog

# Sentences of Django's own that its Chinese catalogue lacks: being here, they come into ours.
OF_DJANGO = [
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    )
]


@method_decorator([conditional_page, cache_control(no_cache=True), vary_on_cookie], name="dispatch")
class Catalog(JavaScriptCatalog):
    """Browsers ask each time, as the language may be another one, and are mostly told that nothing changed (304)."""

    packages = ["Dweb"]  # without one Django adds the admin's

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context) | {"formats": {}}  # Intl knows how dates and numbers are written
