"""What the API takes and answers of how articles are filed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from articles import limits
from articles.api.schemas import MAX_KEY, one_tag, owner_field, tags_field
from articles.models import Audience, Kind, Stage, Status
from kb.api.schemas import Change, Language, Moment, Schema, Text, choice

FIRST_YEAR, LAST_YEAR = 2000, 2999  # of days on which an article may be read again


def tidied(new: Mapping[str, Any]) -> dict[str, Any]:
    """Return tags and owner, where they are there, as the editor keeps them."""
    found: dict[str, Any] = {}
    if "tags" in new:
        found["tags"] = list(dict.fromkeys(map(one_tag, new["tags"])))
    if "owner" in new:
        found["owner"] = " ".join(new["owner"].split())
    return found


def _plausible(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"Between {FIRST_YEAR} and {LAST_YEAR}.")


class FilingInput(Change):
    """What is to change; what is not named stays."""

    category = Text(
        most=MAX_KEY,
        allow_none=True,
        metadata={"description": "Key of a category that is there; null: none.", "example": None},
    )
    kind = choice(Kind)
    stage = choice(Stage, allow_none=True)
    audience = choice(Audience)
    tags = tags_field()
    owner = owner_field()
    source_locale = Language(
        metadata={"description": "Language that the others are translated from."}
    )
    verify_by = fields.Date(
        allow_none=True,
        validate=_plausible,
        metadata={
            "description": "Day on which it wants to be read again; null: as its category says.",
            "example": "2027-03-01",
        },
    )
    slugs = fields.Dict(
        keys=Language(),
        values=Text(least=1, most=limits.SLUG),
        metadata={
            "description": "Ends of the address, by language, for languages in which it is there. "
            "Addresses that readers knew redirect.",
            "example": {},
        },
    )
    archived = fields.Boolean(
        metadata={"description": "Off the site in all languages, or back as it was."}
    )


class FiledTranslationSchema(Schema):
    """An article in one language, public or not, without its words."""

    locale = fields.String()
    title = fields.String()
    slug = fields.String()
    url = fields.String(metadata={"format": "uri"})
    status = choice(Status)
    published_at = Moment(allow_none=True)
    archived_at = Moment(allow_none=True)
    updated_at = Moment(metadata={"description": "When readers last saw the words change."})


class FilingSchema(Schema):
    """What belongs to an article rather than to its words."""

    key = fields.String()
    category = fields.String(allow_none=True, metadata={"description": "Key of its category."})
    kind = choice(Kind)
    stage = choice(Stage, allow_none=True)
    audience = choice(Audience)
    tags = fields.List(fields.String())
    owner = fields.String()
    source_locale = fields.String(metadata={"description": "Empty: the first there is."})
    verify_by = fields.Date(allow_none=True)
    verified_at = Moment(allow_none=True)
    verified_by = fields.String()
    archived = fields.Boolean(metadata={"description": "Off the site in all languages."})
    created_at = Moment()
    translations = fields.List(
        fields.Nested(FiledTranslationSchema),
        metadata={"description": "All languages in which it was begun, drafts included."},
    )
