"""The place in templates: `place` has its settings, read when a template first asks for one."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .. import runtime


def context(request: HttpRequest) -> dict[str, object]:
    return {"place": SimpleLazyObject(lambda: runtime.get().place.current)}
