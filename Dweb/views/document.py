"""The OpenAPI document of the addresses that speak JSON, made from what their views declare. Asks no database."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import URLPattern, get_resolver
from django.utils.translation import gettext_noop as _

from ..accounts.access import NEEDS, NOTHING, Scope
from ..refusal import STATUS
from .operation import FORM, JSON, Operation, operations_of
from .schemas import FILE, NUMBER, ROOM, TEXT, Maybe, Schema, maybe, shape, words

VERSION = "1"  # the wire only grows
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
PATHS = {"name": ROOM, "file_id": FILE}  # what names in a path mean, unless an operation says otherwise
CONVERTED = {"int": NUMBER}
ANYWHERE = ("bad_input", "not_signed_in", "forbidden", "too_fast", "unavailable")
BODY = ("too_large",)  # of any request with one
RETRIED = {"too_fast", "unavailable", "muted"}  # answers that say after how many seconds to try again
BESIDE: dict[str, dict[str, Schema | Maybe]] = {"conflict": {"offset": maybe(NUMBER)}}  # members of such an error
MEANINGS = {
    "bad_input": _("The request cannot be read, or a field is wrong."),
    "not_signed_in": _("Without a session or a token, or with one that has ended."),
    "forbidden": _("This user or this token may not do that."),
    "frozen": _("Only moderators and owners write in this room."),
    "muted": _("This user may only read in this room, for some time."),
    "not_found": _("There is nothing of that name for this user."),
    "conflict": _("It is otherwise by now."),
    "too_large": _("A text, a file or the request is too large."),
    "not_allowed": _("Such files are not taken here."),
    "upgrade_required": _("This address is a WebSocket."),
    "too_fast": _("Too much at once: wait for so many seconds."),
    "unavailable": _("The server cannot do that just now: try again in so many seconds."),
    "no_space": _("There is no room for more files."),
}


class Address(NamedTuple):
    name: str
    route: str
    operations: dict[str, Operation]

    @property
    def path(self) -> str:
        return "/" + PARAMETER.sub(r"{\2}", self.route)


def addresses() -> list[Address]:
    """Every address that speaks JSON, or declares what it takes and answers, in the order of urls.py."""
    return [
        Address(str(name), route, declared)
        for name, route, view in _views(get_resolver().url_patterns)
        if (declared := operations_of(view)) or getattr(view, "speaks_json", False)
    ]


def _views(patterns: Sequence[Any], before: str = "") -> Iterator[tuple[str, str, Any]]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield each.name or "", route, each.callback
        elif each.namespace is None:  # Django's admin has one
            yield from _views(each.url_patterns, route)


@cache
def document() -> dict[str, Any]:
    """The document, in English; it changes with the version of the server and its settings alone."""
    titled: dict[str, Schema] = {}
    responses: dict[str, Any] = {}
    paths = {
        address.path: {
            method.lower(): _operation(address, method, operation, titled, responses)
            for method, operation in address.operations.items()
        }
        for address in addresses()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dweb", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": titled, "responses": responses, "securitySchemes": _schemes()},
    }


ABOUT = _("The addresses that answer JSON. Objects may get further members; programs pass over what they do not know.")


def _operation(
    address: Address, method: str, operation: Operation, titled: dict[str, Schema], responses: dict[str, Any]
) -> dict[str, Any]:
    described = {
        "operationId": f"{method.lower()}_{address.name}",
        "summary": operation.summary,
        "parameters": [*_parameters(address, method, operation)],
        "responses": _responses(method, operation, titled, responses),
        "security": [] if operation.public else _security(address.name, method),
    }
    forms = {FORM: _one_of(operation.fields)} if method == "POST" and operation.fields else {}
    bodies = {kind: {"schema": _hoisted(schema, titled)} for kind, schema in {**forms, **operation.bodies}.items()}
    return described | ({"requestBody": {"content": bodies, "required": True}} if bodies else {})


def _one_of(shapes: Sequence[Schema]) -> Schema:
    return shapes[0] if len(shapes) == 1 else {"anyOf": [*shapes]}


def _parameters(address: Address, method: str, operation: Operation) -> Iterator[dict[str, Any]]:
    for kind, name in PARAMETER.findall(address.route):
        schema = operation.path.get(name) or CONVERTED.get(kind) or PATHS.get(name) or TEXT
        yield _parameter("path", name, schema, needed=True)
    asked = [*(operation.fields if method == "GET" else ()), *filter(None, [operation.query])]
    for fields in asked:
        for name, schema in fields["properties"].items():
            yield _parameter("query", name, schema, needed=name in fields.get("required", ()))
    for name, schema in operation.headers.items():
        yield _parameter("header", name, schema, needed=False)


def _parameter(place: str, name: str, schema: Schema, *, needed: bool) -> dict[str, Any]:
    note = {"description": schema["description"]} if "description" in schema else {}
    plain = {key: value for key, value in schema.items() if key != "description"}
    return {"name": name, "in": place, "required": needed, **note, "schema": plain}


def _responses(
    method: str, operation: Operation, titled: dict[str, Schema], responses: dict[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {str(status): {"description": meaning} for status, meaning in operation.statuses.items()}
    if method == "POST":
        found["411"] = {"description": UNMEASURED}
    kinds = {**({JSON: operation.answer} if operation.answer else {}), **operation.kinds}
    if kinds:
        content = {kind: {"schema": _hoisted(schema, titled)} for kind, schema in kinds.items()}
        found["200"] = {"description": DONE, "content": content}
    codes = {*ANYWHERE, *operation.errors, *(BODY if method == "POST" else ())}
    for status in sorted({*map(STATUS.get, codes)}):
        some = [code for code in STATUS if code in codes and STATUS[code] == status]
        if operation.errors_as != JSON:
            found[str(int(status))] = _plain(operation.errors_as, some)
            continue
        name = "_or_".join(some)
        responses[name] = _error(some)
        found[str(int(status))] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(found.items()))


DONE = _("Done.")
UNMEASURED = _("A body is sent with its length, not in chunks.")


def _error(codes: Sequence[str]) -> dict[str, Any]:
    beside = {name: schema for code in codes for name, schema in BESIDE.get(code, {}).items()}
    schema = shape(msg={"const": "error"}, error=words(codes), detail=TEXT, **beside)
    answered = {"description": " ".join(MEANINGS[code] for code in codes), "content": {JSON: {"schema": schema}}}
    if RETRIED & {*codes}:
        answered["headers"] = {"Retry-After": {"description": SECONDS, "schema": {"type": "integer", "minimum": 1}}}
    return answered


def _plain(kind: str, codes: Sequence[str]) -> dict[str, Any]:
    return {"description": " ".join(MEANINGS[code] for code in codes), "content": {kind: {"schema": TEXT}}}


SECONDS = _("in seconds")


def _hoisted(schema: Any, titled: dict[str, Schema]) -> Any:
    """The schema, in which what has a title is a reference to the document's components."""
    if isinstance(schema, list):
        return [_hoisted(each, titled) for each in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {key: _hoisted(value, titled) for key, value in schema.items()}
    title = whole.get("title")
    if not isinstance(title, str):  # it may be a member of that name
        return whole
    if titled.setdefault(title, whole) != whole:
        raise ValueError(f"two schemas have the title {title}")
    return {"$ref": f"#/components/schemas/{title}"}


def scope_of(name: str, method: str) -> Scope | None:
    """The scope that a token needs for a method of an address; None where no token is taken."""
    needs = NEEDS.get(name, NOTHING)
    return needs.get if method == "GET" else needs.post


def _security(name: str, method: str) -> list[dict[str, list[str]]]:
    scope = scope_of(name, method)
    session: dict[str, list[str]] = {"session": [], **({"csrf": []} if method == "POST" else {})}
    return [*([{"token": [scope.value]}] if scope else []), session]


def _schemes() -> dict[str, Any]:
    return {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    }
