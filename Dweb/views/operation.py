"""What an address takes and answers, declared at its view. The document at /api/ is made of it, see `document`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from .schemas import Schema

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PLAIN = "text/plain"
View = TypeVar("View", bound=Callable[..., Any])


class Operation(NamedTuple):
    """One method of an address.

    `fields` are those of the query of a GET, or of the form of a POST: several shapes, if there are several ways to
    fill it in. `query` and `headers` are further ones, `bodies` are bodies that are no such form, by their type.
    `answer` is the JSON that comes with 200, `kinds` what else may come with it, by its type; `statuses` are answers
    without JSON, with a sentence each. `errors` are codes beside those that any address may answer. `path` has the
    schemas of names in the path that mean something else here. A `public` one asks for neither session nor token.
    `errors_as` is the type of errors, and `method` that of a view that stands alone.
    """

    summary: str
    fields: Sequence[Schema] = ()
    query: Schema | None = None
    headers: Mapping[str, Schema] = {}
    bodies: Mapping[str, Schema] = {}
    answer: Schema | None = None
    kinds: Mapping[str, Schema] = {}
    statuses: Mapping[int, str] = {}
    errors: Sequence[str] = ()
    path: Mapping[str, Schema] = {}
    public: bool = False
    errors_as: str = JSON
    method: str = "GET"


def operation(summary: str, *, fields: Schema | Sequence[Schema] = (), **more: Any) -> Callable[[View], View]:
    """Declares what a view takes and answers; `more` are members of Operation."""
    shapes = (fields,) if isinstance(fields, dict) else tuple(fields)

    def declare(view: View) -> View:
        view.operation = Operation(summary, shapes, **more)  # type: ignore[attr-defined]
        return view

    return declare


def operations(**views: Callable[..., Any]) -> Callable[[View], View]:
    """Declares the view of an address with several methods, or one in wrappers: each method does what its view does."""

    def declare(view: View) -> View:
        declared = {method: each.operation for method, each in views.items() if hasattr(each, "operation")}
        view.operations = declared  # type: ignore[attr-defined]
        return view

    return declare


def operations_of(view: Callable[..., Any]) -> dict[str, Operation]:
    """The operations that are declared at an address, by their methods."""
    declared: dict[str, Operation] = getattr(view, "operations", {})
    alone: Operation | None = getattr(view, "operation", None)
    return declared or ({alone.method: alone} if alone else {})


def is_public(view: Callable[..., Any]) -> bool:
    """True if no operation there asks who somebody is: what they send to show it counts for nothing."""
    declared = operations_of(view).values()
    return bool(declared) and all(each.public for each in declared)
