"""JSON Schema in words and in one line, and a request as a line for curl: for people who read the page of /api/."""

import json
from shlex import quote
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from .values import MAX_NUMBER

OCTETS = "application/octet-stream"
Schema = dict[str, Any]
SIGNED = '-H "Authorization: Bearer $TOKEN"'


def words_of(schema: Schema) -> str:
    """What a value may be, in the language of the request, as HTML."""
    if "$ref" in schema or "anyOf" in schema or "enum" in schema or "const" in schema:
        return _choices(schema)
    match schema.get("type"):
        case "integer":
            return _number(schema)
        case "boolean":
            return _("true or false")
        case "string":
            return _text(schema)
    return sketch(schema)


def _choices(schema: Schema) -> str:
    if "anyOf" in schema:
        return format_html_join(", ", "{}", ((words_of(each),) for each in schema["anyOf"]))
    values = [_title(schema)] if "$ref" in schema else schema.get("enum") or [schema["const"]]
    return format_html_join(", ", "<code>{}</code>", ((value,) for value in values))


def _title(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _number(schema: Schema) -> str:
    if schema["maximum"] == MAX_NUMBER:
        return _("a number")
    bounds = _("%(low)d to %(high)d") % {"low": schema["minimum"], "high": schema["maximum"]}
    if "default" not in schema:
        return bounds
    return _("%(bounds)s; without it %(default)d") % {"bounds": bounds, "default": schema["default"]}


def _text(schema: Schema) -> str:
    known = {"date-time": _("a time"), "binary": _("bytes")}
    if "format" in schema:
        return known[schema["format"]]
    if "maxLength" in schema:
        return _("text, at most %(most)d characters") % {"most": schema["maxLength"]}
    return _("text")


def sketch(schema: Schema) -> str:
    """The shape of an answer, as docs/wire.md writes it: names, and values only where they are fixed."""
    if "$ref" in schema:
        return _title(schema)
    if "anyOf" in schema:
        return ", ".join(filter(None, map(sketch, schema["anyOf"])))
    match schema.get("type"):
        case "array":
            return f"[{_inside(schema['items'])}…]"
        case "object" if "properties" in schema:
            needed = schema.get("required", ())
            return "{" + ", ".join(_member(*each, each[0] in needed) for each in schema["properties"].items()) + "}"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"{{…: {words_of(schema['additionalProperties'])}}}"
    return json.dumps(schema["const"]) if "const" in schema else ""


def _inside(schema: Schema) -> str:
    found = sketch(schema)
    return f"{found}, " if found else ""


def _member(name: str, schema: Schema, needed: bool) -> str:
    value = sketch(schema)
    return f'"{name}"{"" if needed else "?"}' + (f": {value}" if value else "")


def curl(path: str, method: str, operation: dict[str, Any]) -> str:
    """A line that tries the operation, if a token or nobody at all may: with what it needs, and what has an example."""
    scopes = [scope for way in operation["security"] for scope in way.get("token", ())]
    if operation["security"] and not scopes:
        return ""
    asked = {"path": {}, "query": {}, "header": {}}
    for each in operation["parameters"]:
        if each["required"] or "examples" in each["schema"]:
            asked[each["in"]][each["name"]] = _example(each["name"], each["schema"])
    for name, value in asked["path"].items():
        path = path.replace(f"{{{name}}}", value)
    words = ["curl", *([SIGNED] if scopes else []), *_body(operation)]
    query = "?" + urlencode(asked["query"]) if asked["query"] else ""
    if method == "POST" and len(words) < 3:
        words.append("-X POST")
    return " ".join([*words, f'"$CHAT{path}{query}"'])


def _body(operation: dict[str, Any]) -> list[str]:
    bodies = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in bodies:
        return ["-F file=@photo.png"]
    if OCTETS in bodies:
        return [f"-H 'Content-Type: {OCTETS}' --data-binary @piece"]
    for body in bodies.values():
        form = body["schema"].get("anyOf", [body["schema"]])[0]
        needed, fields = form.get("required", ()), form.get("properties", {})
        return [
            f"-d {quote(f'{name}={_example(name, schema)}')}"
            for name, schema in fields.items()
            if name in needed or "examples" in schema
        ]
    return []


def _example(name: str, schema: Schema) -> str:
    if "examples" in schema:
        return str(schema["examples"][0])
    if "enum" in schema:
        return str(schema["enum"][0])
    return "1" if schema.get("type") == "integer" else f"{{{name}}}"
