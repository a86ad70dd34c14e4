"""The description of the API as its page shows it: plain values, calculated from the OpenAPI document."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST_EXAMPLE = 6  # objects within objects
EXAMPLES = {
    "date-time": "2026-11-22T09:30:00Z",
    "date": "2026-11-22",
    "uri": "https://example.com/",
    "email": "sam@example.com",
    "uuid": "6b1f2c9e-8d7a-4f0b-9c3e-2a5d4e6f7a8b",
}
# What stands for a thing of the address, by what stands before it: the things that other examples make.
IN_ADDRESSES = {
    "articles/key": "return-a-lamp",
    "categories/key": "lamp-care",
    "requests/reference": "7KQX-2M4P",
    "customers/reference": "4711",
    "reports/name": "overview",
    "files/key": "k3Jm9QxWcB2",
}
WORDS = {
    "email": "ada@example.com",
    "into": "orders",
    "message": "It has done so since Monday.",
    "subject": "The lamp flickers",
    "tags": "lamps",
    "text": "Turn the switch twice.",
}
FILES = {"application/zip": "handbook.zip"}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of the address, or a field of an object."""

    name: str
    place: str  # "query", "path" or "header"; empty for a field
    kind: str
    is_required: bool
    meaning: str
    of: str = ""  # the object that it holds, if it is one of those described


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation may answer."""

    status: int
    phrase: str
    meaning: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program may do."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: Sequence[Field]
    body: Sequence[Field]
    body_kind: str
    outcomes: Sequence[Outcome]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    """Operations on one sort of thing."""

    name: str
    description: str
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that operations take or answer."""

    name: str
    description: str
    fields: Sequence[Field]


def groups(
    document: Mapping[str, Any], root: str, there: Mapping[str, str] | None = None
) -> list[Group]:
    """Return the operations by tag; `root` begins the addresses of the examples, `there` is in them."""
    found: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                made = _operation(document, path, method, item, root=root, there=there or {})
                found.setdefault(item[method]["tags"][0], []).append(made)
    said = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    return [Group(name, said.get(name, ""), each) for name, each in found.items()]


def things(document: Mapping[str, Any]) -> list[Thing]:
    """Return the objects by name."""
    schemas = document["components"].get("schemas", {})
    return [
        Thing(name, schema.get("description", ""), _fields(document, schema))
        for name, schema in sorted(schemas.items())
    ]


def _operation(
    document: Mapping[str, Any],
    path: str,
    method: str,
    item: Mapping[str, Any],
    *,
    root: str,
    there: Mapping[str, str],
) -> Operation:
    said = item[method]
    parameters = [
        _resolved(document, each)
        for each in (*item.get("parameters", ()), *said.get("parameters", ()))
    ]
    kind, body = _body(document, said)
    return Operation(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        scope=next((scope for needs in said["security"] for scope in needs.get("key", ())), ""),
        parameters=[_parameter(document, each) for each in parameters],
        body=_fields(document, body) if body else (),
        body_kind=kind,
        outcomes=sorted(_outcomes(document, said), key=lambda each: each.status),
        curl=_curl(document, path, method, said, parameters, root=root, there=there),
    )


def _resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found  # type: ignore[no-any-return]


def _parameter(document: Mapping[str, Any], said: Mapping[str, Any]) -> Field:
    schema = _resolved(document, said["schema"])
    return Field(
        name=said["name"],
        place=said["in"],
        kind=kind_of(said["schema"]),
        is_required=said.get("required", False),
        meaning=said.get("description", schema.get("description", "")),
    )


def _body(
    document: Mapping[str, Any], said: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any] | None]:
    content = said.get("requestBody", {}).get("content", {})
    for kind, media in content.items():
        return kind, _resolved(document, media.get("schema", {}))
    return "", None


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(
            name=name,
            place="",
            kind=kind_of(said),
            is_required=name in required,
            meaning=said.get("description", ""),
            of=_name_in(said),
        )
        for name, said in _resolved(document, schema).get("properties", {}).items()
    ]


def _name_in(said: Mapping[str, Any]) -> str:
    """Return the object that a field holds, alone, in a list or under names of its own."""
    for part in (said, said.get("items", {}), *said.get("allOf", ()), *said.get("anyOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).rpartition("/")[2]
    return ""


def kind_of(said: Mapping[str, Any]) -> str:
    """Return a schema in words of programmers: `string, 1–200 characters`, `integer or null`."""
    if name := (said.get("$ref") or next((e["$ref"] for e in said.get("allOf", ())), "")):
        return str(name).rpartition("/")[2]
    if "anyOf" in said:
        return " or ".join(kind_of(each) for each in said["anyOf"])
    kinds = said.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    words = " or ".join(_named(kind, said) for kind in kinds)
    return ", ".join(filter(None, [words, _bounds(said)]))


def _named(kind: str, said: Mapping[str, Any]) -> str:
    if kind == "array":
        return f"list of {kind_of(said.get('items', {}))}"
    if "enum" in said and kind == "string":
        return " | ".join(f"“{each}”" for each in said["enum"] if each is not None)
    return f"{kind} ({said['format']})" if "format" in said and kind == "string" else kind


def _bounds(said: Mapping[str, Any]) -> str:
    least, most = said.get("minLength"), said.get("maxLength")
    low, high = said.get("minimum"), said.get("maximum")
    parts = []
    if most is not None:
        parts.append(f"{least or 0:,}–{most:,} characters")
    if high is not None:
        parts.append(f"{low or 0:,}–{high:,}")
    if said.get("default") not in (None, "", []):
        parts.append(f"default {json.dumps(said['default'])}")
    return ", ".join(parts)


def _outcomes(document: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Outcome]:
    for status, response in said["responses"].items():
        found = _resolved(document, response)
        schema: Mapping[str, Any] = next(
            (media.get("schema", {}) for media in found.get("content", {}).values()), {}
        )
        yield Outcome(
            int(status),
            HTTPStatus(int(status)).phrase,
            found.get("description", ""),
            _name_in(schema),
        )


def _curl(
    document: Mapping[str, Any],
    path: str,
    method: str,
    said: Mapping[str, Any],
    parameters: Sequence[Mapping[str, Any]],
    *,
    root: str,
    there: Mapping[str, str],
) -> str:
    """Return a call that can be pasted into a terminal, where `$KEY` and `$ETAG` are set.

    `there` are things that everybody may read on this site, for calls that only read.
    """
    needs_key = {} not in said["security"]
    known = IN_ADDRESSES if needs_key or method != "get" else {**IN_ADDRESSES, **there}
    asked = {}
    for each in parameters:
        value = str(example(document, each["schema"], each.get("example")))
        if each["in"] == "path":
            before = path.partition("/{" + each["name"] + "}")[0].rpartition("/")[2]
            value = known.get(f"{before}/{each['name']}", value)
            path = path.replace("{" + each["name"] + "}", value)
        elif each["in"] == "query" and each.get("required"):
            asked[each["name"]] = value
    address = root + path + ("?" + urlencode(asked) if asked else "")
    parts = ["curl" if method == "get" else f"curl -X {method.upper()}"]
    parts[0] += " " + shlex.quote(address)
    if needs_key:
        parts.append('-H "Authorization: Bearer $KEY"')
    if any(each["name"] == "If-Match" for each in parameters):
        parts.append('-H "If-Match: $ETAG"')
    kind, body = _body(document, said)
    if body is not None:
        parts.append(f"-H 'Content-Type: {kind}'")
        if kind == "application/json":
            told = json.dumps(example(document, body), ensure_ascii=False)
            parts.append("-d " + shlex.quote(told))
        else:
            parts.append(f"--data-binary @{FILES.get(kind) or asked.get('name', 'file')}")
    return " \\\n  ".join(parts)


def example(
    document: Mapping[str, Any],
    schema: Mapping[str, Any],
    known: Any = None,
    depth: int = 0,
    name: str = "",
) -> Any:
    """Return a value as a schema describes it: its own example, or the plainest there is.

    `name` is that of the field which holds it.
    """
    if known is not None:
        return known
    schema = _resolved(document, schema)
    told = [*schema.get("examples", ()), schema.get("example"), schema.get("default")]
    if any(each is not None for each in told):
        return next(each for each in told if each is not None)
    parts = (*schema.get("allOf", ()), *schema.get("anyOf", ()))
    if _may_be_null(schema) or any(map(_may_be_null, parts)):
        return None
    if parts:
        return example(document, parts[0], depth=depth, name=name)
    if "enum" in schema:
        return schema["enum"][0]
    return _plain(document, schema, depth, name)


def _may_be_null(schema: Mapping[str, Any]) -> bool:
    return "null" in schema.get("type", ()) or None in schema.get("enum", ())


def _plain(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int, name: str) -> Any:
    kind = schema.get("type", "string")
    if kind == "object" and depth < DEEPEST_EXAMPLE:
        required = schema.get("required") or list(schema.get("properties", {}))
        return {
            each: example(document, schema["properties"][each], depth=depth + 1, name=each)
            for each in required
        }
    if kind == "array":
        return [example(document, schema.get("items", {}), depth=depth + 1, name=name)]
    plain = {
        "integer": max(schema.get("minimum", 1), 1), "number": 1, "boolean": True, "object": {}
    }  # fmt: skip
    return plain.get(kind, EXAMPLES.get(schema.get("format", ""), WORDS.get(name, "…")))
