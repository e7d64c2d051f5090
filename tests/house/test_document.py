"""The OpenAPI document has every address that speaks JSON, with its methods, fields, answers, errors and scopes."""

import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import get_resolver, resolve
from openapi_spec_validator import validate

from Dweb.accounts.access import NEEDS
from Dweb.views.document import Address, addresses, document
from Dweb.views.errors import speaks_json
from Dweb.views.operation import Operation, operations_of
from Dweb.views.schemas import TEXT, shape

from ..support import documented
from ..support.server import ROOT

WIRE = (ROOT / "docs/wire.md").read_text()
ROW = re.compile(r"^\| `((?:GET|POST)(?:`, `POST)?) (/[^`]+)`(.*?)\|(.*?)\|(.*)\|$", re.MULTILINE)
PLACE = re.compile(r"<[^>]+>|{\w+}")
PAGES = ("/setup/", "/waiting/", "/password/", "/news_chat/", "/handover/{}/", "/join/", "/metrics", "/api/")
EVERYWHERE = {"400", "401", "403", "429", "503"}
ADDRESSES = {address.path: address for address in addresses()}
OPERATIONS = [(path, method) for path, address in ADDRESSES.items() for method in address.operations]


def filled(path: str) -> str:
    """A path that leads to the view."""
    return PLACE.sub("1", path)


def shown(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][path][method.lower()]
    return found


def test_it_is_valid() -> None:
    validate(document())


def test_it_has_every_address_that_speaks_json() -> None:
    patterns = get_resolver("Dweb.urls").url_patterns
    speaking = {str(each.name) for each in patterns if getattr(getattr(each, "callback", None), "speaks_json", False)}
    assert len(speaking) > 20
    assert speaking <= {address.name for address in ADDRESSES.values()}
    assert document()["paths"].keys() == ADDRESSES.keys()


def test_a_view_that_declares_nothing_is_found() -> None:
    assert operations_of(speaks_json(lambda request: None)) == {}


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_declares_what_it_does(path: str) -> None:
    assert resolve(filled(path)).view_name == ADDRESSES[path].name
    assert document()["paths"][path]


@pytest.mark.parametrize("path", ADDRESSES)
def test_it_has_the_methods_that_the_address_takes(path: str, browser: Client) -> None:
    answer = browser.put(filled(path))
    assert answer.status_code == 405
    declared = {*ADDRESSES[path].operations}
    assert {*answer["Allow"].split(", ")} in (declared, declared | {"HEAD"})


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_has_a_sentence_an_answer_and_the_errors_of_any_address(path: str, method: str) -> None:
    operation = shown(path, method)
    assert re.fullmatch(r"[A-Z].*\.", operation["summary"])
    assert {"200", "101"} & operation["responses"].keys()
    assert operation["responses"].keys() >= EVERYWHERE | ({"413"} if method == "POST" else set())


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_a_token_needs_the_scope_of_the_address(path: str, method: str) -> None:
    needs = NEEDS.get(ADDRESSES[path].name)
    wanted = needs and (needs.get if method == "GET" else needs.post)
    security = shown(path, method)["security"]
    assert [scope for way in security for scope in way.get("token", [])] == ([wanted.value] if wanted else [])
    assert (security == []) == ADDRESSES[path].operations[method].public


def test_a_title_stands_for_one_schema() -> None:
    other = Address("x", "x/", {"GET": Operation("x", answer=shape("Event", other=TEXT))})
    with (
        mock.patch("Dweb.views.document.addresses", return_value=[*ADDRESSES.values(), other]),
        pytest.raises(ValueError, match="Event"),
    ):
        document.__wrapped__()


# --- Nothing is documented that no view reads -------------------------------------------------------------

FORMS = [
    (path, method, number)
    for path, method in OPERATIONS
    for number in range(len(ADDRESSES[path].operations[method].fields))
    if ADDRESSES[path].operations[method].fields[number]["properties"] and not path.endswith("/preview")  # of a picture
]


def example(schema: dict[str, Any]) -> object:
    """A value that the view takes, so that it reads on."""
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "examples" in schema or "enum" in schema:
        return schema.get("examples", schema.get("enum"))[-1]
    if schema.get("format") == "date-time":
        return "2026-01-31T09:00:00Z"
    return max(1, schema["minimum"]) if schema["type"] == "integer" else "1"


@pytest.mark.parametrize(("path", "method", "number"), FORMS)
def test_every_field_is_read(path: str, method: str, number: int, browser: Client) -> None:
    """With all fields at once, or with one beside those that are needed."""
    form = ADDRESSES[path].operations[method].fields[number]
    values = {name: example(schema) for name, schema in form["properties"].items()}
    needed = {name: values[name] for name in form.get("required", ())}
    ask = getattr(browser, method.lower())

    def try_all() -> None:
        for some in (values, *({**needed, name: value} for name, value in values.items())):
            ask(filled(path), some)

    assert form["properties"].keys() <= documented.read_by(try_all)


# --- docs/wire.md tells in prose what the document has in schemas -----------------------------------------


def rows() -> Iterator[tuple[str, str, str]]:
    """Of each row about an address that speaks JSON: its methods, its path, and what it tells."""
    for methods, path, rest, fields, answer in ROW.findall(WIRE):
        path = PLACE.sub("{}", path.partition("?")[0])
        if not path.startswith(PAGES):
            yield methods + rest, path, f"{path} {fields} {answer}"


def test_the_wire_has_the_same_addresses() -> None:
    told: dict[str, set[str]] = {"/waiting/state/": {"GET"}, "/events/": {"GET", "POST"}}  # these have no row
    for methods, path, _words in rows():
        told.setdefault(path, set()).update(re.findall("GET|POST", methods))
    assert told == {PLACE.sub("{}", path): {*address.operations} for path, address in ADDRESSES.items()}


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_wire_names_every_field(path: str) -> None:
    told = " ".join(words for _methods, its_path, words in rows() if its_path == PLACE.sub("{}", path))
    if path == "/events/":
        told = WIRE.partition("## Without WebSocket")[2]
    declared = [shape for each in ADDRESSES[path].operations.values() for shape in (*each.fields, each.query or {})]
    for name in {name for each in declared for name in each.get("properties", ())}:
        assert re.search(rf"\b{name}\b", told), name


# --- What the tests of views look for in every answer, see tests/support/documented ---------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"events": [], "further": 1}, "further"),
        ({}, "events"),
        ({"events": [{"type": 2, "data": {}}]}, "events"),
        ({"events": [{"type": "event", "data": {"room": "lobby", "seq": 1}}]}, "events"),
    ],
)
def test_an_answer_that_is_not_documented_is_found(browser: Client, answer: object, words: str) -> None:
    response = browser.get("/latest/")
    response.json = lambda: answer
    with pytest.raises(AssertionError, match=words):
        documented.check(response, set())


@pytest.mark.parametrize("status", [204, 302, 404, 409, 502])
def test_a_status_that_is_not_documented_is_found(browser: Client, status: int) -> None:
    response = browser.get("/latest/")
    response.status_code = status
    with pytest.raises(AssertionError, match=f"answers {status}"):
        documented.check(response, set())


def test_a_code_that_is_not_documented_is_found(browser: Client) -> None:
    response = browser.get("/search/")
    assert response.status_code == 400
    response.json = lambda: {"msg": "error", "error": "conflict", "detail": "No."}
    with pytest.raises(AssertionError, match="conflict"):
        documented.check(response, set())


def test_a_type_that_is_not_documented_is_found(browser: Client) -> None:
    response = browser.get("/latest/")
    response["Content-Type"] = "text/html"
    with pytest.raises(AssertionError, match="as text/html"):
        documented.check(response, set())


def test_a_field_that_is_not_documented_is_found(browser: Client) -> None:
    response = browser.get("/latest/?secret=1&q=2")
    form = QueryDict("secret=1")
    for read in (
        lambda: form.get("secret"),
        lambda: form["secret"],
        lambda: "secret" in form,
        lambda: form.dict().get("secret"),
        lambda: form.dict()["secret"],
        lambda: "secret" in form.dict(),
    ):
        names = documented.read_by(read)
        assert names == {"secret"}
        with pytest.raises(AssertionError, match="'secret'"):
            documented.check(response, names)
