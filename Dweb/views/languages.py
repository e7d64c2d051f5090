"""The sentences of the page's scripts in the person's language: this application's part of Django's catalogue."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
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

IMPORT = re.compile(r'^import (?:[^"]* from )?"(\.{1,2}/[^"]+\.js)";$', re.MULTILINE)


@method_decorator([conditional_page, cache_control(no_cache=True), vary_on_cookie], name="dispatch")
class Catalog(JavaScriptCatalog):
    """Browsers ask each time, since the language may be another one; mostly the answer is 304."""

    packages = ["Dweb"]  # without one Django adds the admin's

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Answers a script for static/js/lib/i18n.js with the words of the first load; `?late` the others, as JSON."""
        late = "late" in self.request.GET
        chosen = {key: words for key, words in context["catalog"].items() if (f'"{key}"' in first_scripts()) != late}
        words = json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))
        if late:
            return HttpResponse(words, content_type="application/json")
        plural = context["plural"] or "n != 1"
        script = f"globalThis.catalogue={{words:{words},plural:n=>Number({plural})}}"
        return HttpResponse(script, content_type='text/javascript; charset="utf-8"')


@cache
def first_scripts() -> str:
    """The source of the modules that the chat page loads at first: main.js, and what it imports at the top."""
    found: dict[Path, str] = {}
    wanted = [Path(settings.STATICFILES_DIRS[0]) / "js/main.js"]
    while wanted:
        path = wanted.pop().resolve()
        if path not in found:
            found[path] = path.read_text("utf-8")
            wanted += [path.parent / address for address in IMPORT.findall(found[path])]
    return "".join(found.values())
