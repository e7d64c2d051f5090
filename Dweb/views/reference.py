"""GET /api/: the OpenAPI document for programs, and a page of it for people who read it in a browser."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ..refusal import STATUS
from .document import ANYWHERE, BODY, MEANINGS, document
from .operation import FORM, JSON
from .sketch import curl, sketch, words_of

KINDS = [JSON, "text/html"]  # the first one for who takes both


FIRST = 'CHAT={origin}\nTOKEN=dweb_…\ncurl "$CHAT{path}"'
ALWAYS = {*ANYWHERE, *BODY}  # errors that the page shows once


class Field(NamedTuple):
    name: str
    needed: bool
    words: str
    note: str


class Part(NamedTuple):
    """The fields of an address, of its query, or of a body; `kind` is the type of one that is no form."""

    title: str
    kind: str
    fields: list[Field]


class Described(NamedTuple):
    """An operation, as the page shows it, in the language of the request."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    is_public: bool
    parts: list[Part]
    answers: list[tuple[str, str, bool]]
    errors: list[tuple[str, str, str]]
    curl: str


@require_safe
@vary_on_headers("Accept")
@cache_control(no_cache=True)
def reference(request: HttpRequest) -> HttpResponse:
    if request.get_preferred_type(KINDS) == "text/html":
        first = FIRST.format(origin=request.build_absolute_uri("/")[:-1], path=request.path)
        shown = {"place": None, "body": _body(get_language() or ""), "first": first}
        return render(request, "reference.html", shown)
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@cache
def _body(language: str) -> SafeString:
    """The operations and objects in the language of this request: they change with the version of the server alone."""
    found = document()
    operations = [
        _described(path, method.upper(), operation)
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = found["components"]["schemas"]
    objects = {title: [sketch(each) for each in schema.get("anyOf", [schema])] for title, schema in schemas.items()}
    anywhere = [(int(STATUS[code]), code, _(meaning)) for code, meaning in MEANINGS.items() if code in ALWAYS]
    error = sketch(_schema_of(found["components"]["responses"]["bad_input"]))
    shown = {"operations": operations, "objects": objects, "anywhere": anywhere, "error": error}
    return render_to_string("reference_body.html", shown)


def _described(path: str, method: str, operation: dict[str, Any]) -> Described:
    scopes = [scope for way in operation["security"] for scope in way.get("token", ())]
    return Described(
        operation["operationId"],
        method,
        path,
        _(operation["summary"]),
        scopes[0] if scopes else "",
        not operation["security"],
        list(_parts(operation)),
        list(_answers(operation["responses"])),
        list(_errors(operation["responses"])),
        curl(path, method, operation),
    )


def _parts(operation: dict[str, Any]) -> Iterator[Part]:
    titles = {"path": _("In the address"), "query": _("In the query"), "header": _("Headers")}
    for place, title in titles.items():
        found = [each for each in operation["parameters"] if each["in"] == place]
        if found:
            yield Part(
                title, "", [_field(each["name"], {**each["schema"], **each}, each["required"]) for each in found]
            )
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        for form in body["schema"].get("anyOf", [body["schema"]]):
            needed = form.get("required", ())
            title = _("In the form") if kind == FORM else ""
            yield Part(title, kind, [_field(*each, each[0] in needed) for each in form.get("properties", {}).items()])


def _field(name: str, schema: dict[str, Any], needed: bool) -> Field:
    note = schema.get("description", "")
    return Field(name, needed, words_of(schema), _(note) if note else "")


def _answers(responses: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """What comes if nothing is wrong: a status or a type, what it has or means, and whether that is code."""
    for status, response in responses.items():
        for kind, content in response.get("content", {}).items():
            for schema in content["schema"].get("anyOf", [content["schema"]]):
                yield f"{status} {kind}", sketch(schema), True
        if "content" not in response and "$ref" not in response and status != "411":
            yield status, _(response["description"]), False


def _errors(responses: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each status with the codes that this operation has beside those of any other, and what they mean."""
    found = document()["components"]["responses"]
    for status, response in responses.items():
        if name := response.get("$ref", "").rpartition("/")[2]:
            codes = _schema_of(found[name])["properties"]["error"]["enum"]
            yield from ((status, code, _(MEANINGS[code])) for code in codes if code not in ALWAYS)


def _schema_of(response: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = response["content"][JSON]["schema"]
    return schema
