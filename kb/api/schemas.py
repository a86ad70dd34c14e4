"""Parents of the schemas by which the API reads and writes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

import marshmallow as ma
from flask import g
from marshmallow import fields, validate
from marshmallow.schema import SchemaMeta

from kb.locales import settings

MAX_PER_PAGE = 100
PER_PAGE = 20
MAX_CURSOR_LENGTH = 2_000  # characters
MAX_INTEGER = 2**31 - 1  # what both databases can look up


class _AlwaysThere(SchemaMeta):
    """Says of each field of an answer that it is always there, unless it is called optional."""

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:  # noqa: N805
        super().__init__(name, bases, attrs)  # type: ignore[no-untyped-call]
        for each in cls._declared_fields.values():
            each.required = not each.metadata.get("optional", False)


class Schema(ma.Schema, metaclass=_AlwaysThere):
    """What the API answers. Every field is always there, but those with `metadata={"optional": True}`.

    Later versions may add fields, so that none is said to be the last.
    """

    class Meta:
        """Says nothing of further fields."""

        unknown = ma.EXCLUDE


class Input(ma.Schema):
    """What the API takes: a misspelt field is an error of the caller, who should hear of it."""

    class Meta:
        """What is not known is refused, not passed over."""

        unknown = ma.RAISE

    @ma.pre_load
    def refuse_other_types(self, data: Any, **_more: Any) -> Any:
        """Refuse what JSON itself calls of another type: `"5"` is no number, `1` is no truth.

        Addresses know nothing but text, so there `5` and `true` are read from it.
        """
        if g.get("api_place") != "json" or not isinstance(data, Mapping):
            return data
        wrong = {
            name: ["Not of the right type."]
            for name, field in self.fields.items()
            if name in data and not _is_of_type(field, data[name])
        }
        if wrong:
            raise ma.ValidationError(wrong)
        return data


class Change(Input):
    """What is to change; what is not named stays."""

    @ma.validates_schema
    def says_something(self, data: Mapping[str, Any], **_more: Any) -> None:
        """Refuse a change of nothing: something was forgotten, such as the body."""
        if not data:
            raise ma.ValidationError(f"Name what to change: {', '.join(self.fields)}.")


def _is_of_type(field: ma.fields.Field[Any], value: Any) -> bool:
    if value is None:
        return True  # whether it may be null, the field tells
    if isinstance(field, fields.List):
        is_list = isinstance(value, list)
        return is_list and all(_is_of_type(field.inner, each) for each in value)
    if isinstance(field, fields.Boolean):
        return isinstance(value, bool)
    if isinstance(field, fields.Integer):
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return is_whole and not isinstance(value, bool)
    return not isinstance(field, fields.Float) or isinstance(value, (int, float))


def is_text(value: str) -> bool:
    """Tell whether databases can keep a text: no NUL, and no half of a character."""
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


class Text(fields.String):
    """Text without control characters that databases refuse, with a length that can be kept."""

    def __init__(self, *, least: int = 0, most: int, **more: Any) -> None:
        known = more.pop("validate", None)
        checks = [validate.Length(min=least or None, max=most), *([known] if known else [])]
        super().__init__(validate=checks, **more)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **more))
        if not is_text(text):
            raise ma.ValidationError("Contains characters that are not text.")
        return text


class Moment(fields.AwareDateTime):
    """A moment as RFC 3339 says it, in UTC: `2026-11-22T09:30:00Z`. One without a zone is refused."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", **more)

    def _serialize(self, value: Any, *_more: Any, **_named: Any) -> str | None:
        if value is None:
            return None
        assert isinstance(value, datetime)
        shown = value.astimezone(UTC).isoformat(timespec="milliseconds")
        return shown.replace("+00:00", "Z")

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> datetime:
        found: datetime = super()._deserialize(value, attr, data, **more)
        try:
            return found.astimezone(UTC)
        except (OverflowError, ValueError):
            raise ma.ValidationError("Not a moment that a calendar knows.") from None


class Language(fields.String):
    """One of the languages of the site."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> str:
        found = str(super()._deserialize(value, attr, data, **more))
        if found not in settings().locales:
            raise ma.ValidationError(f"Must be one of: {', '.join(settings().locales)}.")
        return found


def choice(members: type[Enum], **more: Any) -> fields.Enum[Any]:
    """Return a field for an enumeration, by its values."""
    return fields.Enum(members, by_value=fields.String, **more)


class PageArguments(Input):
    """How much of a list, and from where; parent of the arguments of each list."""

    limit = fields.Integer(
        load_default=PER_PAGE,
        validate=validate.Range(1, MAX_PER_PAGE),
        metadata={"description": "How many at most."},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(1, MAX_CURSOR_LENGTH),
        metadata={
            "description": "Where to go on: take the address in `next` of the page before, or its "
            "`cursor`. It holds for the same filters only."
        },
    )


@cache
def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of one page of a list of `item`."""
    name = item.__name__.removesuffix("Schema")
    return _AlwaysThere(  # type: ignore[return-value]  # what a metaclass makes is a class
        f"{name}PageSchema",
        (Schema,),
        {
            "items": fields.List(fields.Nested(item)),
            "next": fields.String(
                allow_none=True,
                metadata={
                    "description": "Address of the next page; null on the last.",
                    "format": "uri",
                },
            ),
        },
    )


class WrongSchema(Schema):
    """One thing that is not as it must be."""

    detail = fields.String()
    pointer = fields.String(
        metadata={
            "description": "JSON pointer into the body, as a fragment: `#/subject`.",
            "optional": True,
        }
    )
    parameter = fields.String(
        metadata={
            "description": "Name of the parameter of the address, or of the header.",
            "optional": True,
        }
    )


class ProblemSchema(Schema):
    """An error, as RFC 9457 says it."""

    type = fields.String(
        metadata={"description": "Address of the page that explains it.", "format": "uri"}
    )
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata={"description": "What to do about it."})
    errors = fields.List(fields.Nested(WrongSchema), metadata={"optional": True})
