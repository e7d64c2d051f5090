"""The sentences of the page's scripts in the person's language: this application's part of Django's catalogue."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from django.views.decorators.vary import vary_on_cookie
from django.views.i18n import JavaScriptCatalog

# Sentences of Django that its Chinese catalogue lacks; named here, they come into this application's.
OF_DJANGO = [
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    )
]


@method_decorator([conditional_page, cache_control(no_cache=True), vary_on_cookie], name="dispatch")
class Catalog(JavaScriptCatalog):
    """Browsers ask each time, since the language may be another one; mostly the answer is 304."""

    packages = ["Dweb"]  # without one Django adds the admin's

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Answers a script for static/js/lib/i18n.js, a third as long as Django's."""
        words = json.dumps(context["catalog"], ensure_ascii=False, separators=(",", ":"))
        plural = context["plural"] or "n != 1"
        script = f"globalThis.catalogue={{words:{words},plural:n=>Number({plural})}}"
        return HttpResponse(script, content_type='text/javascript; charset="utf-8"')
