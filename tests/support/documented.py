"""Holds each answer that Django's test client gets against the document at /api/, and each field that a view reads."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import local
from typing import Any
from unittest import mock

from django.http import QueryDict
from django.test import Client
from jsonschema import Draft202012Validator

from Dweb.views.document import Address, addresses, document

FREE = {"csrfmiddlewaretoken"}  # a field that any form may have
ELSEWHERE = {400, 401, 403, 405, 413, 429, 503}  # of a method that an address does not take
FILLING = {"django.utils.datastructures", "django.http.request"}  # they look at names when they fill a QueryDict
Schema = dict[str, Any]

_read = local()  # the names that the view of this thread's request has read


class Form(dict[str, Any]):
    """The fields of a request as a dict, which notes what is read."""

    def __getitem__(self, name: str) -> Any:
        note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        note(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        note(name)
        return super().get(name, default)


def note(name: object) -> None:
    if (names := getattr(_read, "names", None)) is not None:
        names.add(str(name))


def read_by(work: Callable[[], object]) -> set[str]:
    """The names of the fields that are read meanwhile, in this thread."""
    before = getattr(_read, "names", None)
    _read.names = names = set[str]()
    try:
        work()
    finally:
        _read.names = before
        if before is not None:
            before |= names
    return names


@contextmanager
def watching() -> Iterator[None]:
    """While it lasts, an answer or a field that is not documented fails the test that gets or reads it."""
    plain = {name: getattr(QueryDict, name) for name in ("__getitem__", "__contains__", "get", "dict")}
    request = Client.request

    def noting(name: str) -> Callable[..., Any]:
        def read(form: QueryDict, field: str, *more: Any) -> Any:
            if sys._getframe(1).f_globals["__name__"] not in FILLING:
                note(field)
            return plain[name](form, field, *more)

        return read

    def as_dict(form: QueryDict) -> Form:
        return Form({name: plain["__getitem__"](form, name) for name in form})

    def checked(client: Client, **environ: Any) -> Any:
        responses: list[Any] = []
        names = read_by(lambda: responses.append(request(client, **environ)))
        check(responses[0], names)
        return responses[0]

    watched = {name: noting(name) for name in plain if name != "dict"} | {"dict": as_dict}
    with mock.patch.multiple(QueryDict, **watched), mock.patch.object(Client, "request", checked):
        yield


def check(response: Any, read: set[str]) -> None:
    """Raises AssertionError for an answer that the document does not have, and for a field that it does not have."""
    match, method = response.wsgi_request.resolver_match, response.wsgi_request.method
    address = known().get(match.view_name) if match else None
    if address is None or is_between(response):
        return
    place = f"{method} {address.path}"
    method = "GET" if method == "HEAD" and response.status_code != 405 else method
    if method not in address.operations:
        assert response.status_code in ELSEWHERE, f"{place} answers {response.status_code}"
        return
    operation = document()["paths"][address.path][method.lower()]
    unknown = read - fields_of(operation) - FREE
    assert not unknown, f"{place} reads {unknown}"
    check_answer(place, operation, response)


def is_between(response: Any) -> bool:
    """True for a fault, for a server without sockets, for a socket, and for a body that is read only now."""
    environ = response.wsgi_request.environ
    return response.status_code in (500, 501) or "HTTP_UPGRADE" in environ or "dweb.offer" in environ


def check_answer(place: str, operation: Schema, response: Any) -> None:
    status, kind = str(response.status_code), response.headers.get("Content-Type", "").partition(";")[0]
    found = operation["responses"].get(status)
    assert found is not None, f"{place} answers {status}"
    found = resolved(found)
    if "content" not in found:
        return
    assert kind in found["content"] or "*/*" in found["content"], f"{place} answers {status} as {kind}"
    if kind == "application/json" and kind in found["content"] and response.wsgi_request.method != "HEAD":
        wrong = [error.message for error in validator(place, status).iter_errors(response.json())]
        assert not wrong, f"{place} answers {status} with {response.json()}: {wrong}"


@cache
def known() -> Mapping[str, Address]:
    return {address.name: address for address in addresses()}


@cache
def validator(place: str, status: str) -> Draft202012Validator:
    """For the JSON of an answer, which may have what is documented and nothing else."""
    method, path = place.split()
    response = resolved(document()["paths"][path][method.lower()]["responses"][status])
    schema = response["content"]["application/json"]["schema"]
    return Draft202012Validator({**closed(schema), "components": closed(document()["components"])})


def closed(schema: Any) -> Any:
    """The schema, whose objects have no further members."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    ends = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return ends | {name: closed(each) for name, each in schema.items()}


def resolved(response: Schema) -> Schema:
    """A response, or the one that a reference means."""
    name = response.get("$ref", "").rpartition("/")[2]
    return document()["components"]["responses"][name] if name else response


def fields_of(operation: Schema) -> set[str]:
    """The names of all fields, in the query and in forms."""
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    forms = [form for body in bodies for form in body["schema"].get("anyOf", [body["schema"]])]
    asked = {each["name"] for each in operation["parameters"] if each["in"] == "query"}
    return asked | {name for form in forms for name in form.get("properties", ())}
