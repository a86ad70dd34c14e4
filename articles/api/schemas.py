"""What the API takes and answers of articles."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from articles import limits
from articles.models import Audience, Kind, Significance, Stage, Status
from kb.api.schemas import Input, Language, Moment, PageArguments, Schema, Text, choice

MAX_KEY = 200  # characters


class AudienceArguments(Input):
    """For whom one reads; parent of the arguments of what reads articles."""

    audience = choice(
        Audience,
        load_default=None,
        metadata={
            "description": "Read as somebody of this audience. Without it: what everybody may read, or "
            "what the customer may who is named by `X-Customer-Token`. `customers` and `staff` need a key "
            "with the scope `articles:read`."
        },
    )


class ArticleFilters(PageArguments, AudienceArguments):
    """Which articles."""

    locale = Language(load_default=None, metadata={"description": "Only this language."})
    category = Text(
        most=MAX_KEY,
        load_default=None,
        metadata={"description": "Key of a category; what lies below it is included."},
    )
    kind = choice(Kind, load_default=None, metadata={"description": "Only this kind."})
    updated_since = Moment(
        load_default=None,
        metadata={
            "description": "Only what changed for readers at this moment or later. Keep the greatest "
            "`updated_at` you got, and ask from there next time.",
            "example": "2026-11-01T00:00:00Z",
        },
    )
    status = choice(
        Status,
        load_default=Status.PUBLISHED,
        metadata={
            "description": "Only what stands so. Anything but `published` needs a key with the scope "
            "`articles:read`."
        },
    )


class OneArticle(AudienceArguments):
    """How one article is read."""

    locale = Language(load_default=None, metadata={"description": "Only this language."})


class ArticleSummarySchema(Schema):
    """An article in one language, without its words."""

    key = fields.String(metadata={"description": "Names the article in all its languages."})
    locale = fields.String()
    title = fields.String()
    summary = fields.String()
    url = fields.String(metadata={"format": "uri", "description": "Where readers find it."})
    kind = choice(Kind)
    category = fields.String(allow_none=True, metadata={"description": "Key of its category."})
    audience = choice(Audience)
    status = choice(Status)
    published_at = Moment(allow_none=True)
    updated_at = Moment(metadata={"description": "When readers last saw the words change."})


class SectionSchema(Schema):
    """The text under one heading."""

    anchor = fields.String(
        metadata={"description": "Ends the address of the section; empty for the introduction."}
    )
    path = fields.List(
        fields.String(), metadata={"description": "The headings above it, and its own."}
    )
    text = fields.String(metadata={"description": "Plain text."})


class TranslationSchema(Schema):
    """An article in one language, as readers get it."""

    locale = fields.String()
    title = fields.String()
    summary = fields.String()
    url = fields.String(metadata={"format": "uri"})
    revision = fields.Integer(metadata={"description": "Number of the public revision."})
    body = fields.String(
        metadata={
            "description": "Markdown. Links to articles are written `article:KEY#anchor`, files "
            "`attachment:DIGEST/name`."
        }
    )
    html = fields.String(metadata={"description": "Safe HTML, with absolute addresses."})
    sections = fields.List(fields.Nested(SectionSchema))
    answers = fields.List(
        fields.String(),
        metadata={"description": "Questions that it answers, as customers ask them."},
    )
    published_at = Moment()
    updated_at = Moment()


class ArticleSchema(Schema):
    """An article in all languages that one may read."""

    key = fields.String()
    kind = choice(Kind)
    stage = choice(Stage, allow_none=True)
    category = fields.String(allow_none=True)
    audience = choice(Audience)
    tags = fields.List(fields.String())
    translations = fields.List(fields.Nested(TranslationSchema))


class WordsSchema(Input):
    """What a revision says."""

    title = Text(least=1, most=limits.TITLE, required=True, metadata={"example": "Return a lamp"})
    body = Text(
        most=limits.BODY,
        required=True,
        metadata={
            "description": "Markdown.",
            "example": "You have 30 days.\n\n## How\n\n1. Pack it.\n",
        },
    )
    summary = Text(most=limits.SUMMARY, load_default="")
    answers = fields.List(
        Text(least=1, most=limits.PHRASE),
        load_default=list,
        validate=validate.Length(max=limits.PHRASES),
        metadata={"description": "Questions that it answers, as customers ask them."},
    )
    synonyms = fields.List(
        Text(least=1, most=limits.PHRASE),
        load_default=list,
        validate=validate.Length(max=limits.PHRASES),
    )
    keywords = fields.List(
        Text(least=1, most=limits.PHRASE),
        load_default=list,
        validate=validate.Length(max=limits.PHRASES),
    )
    message = Text(
        most=limits.MESSAGE,
        load_default="",
        metadata={"description": "Why it is written, for colleagues."},
    )


def one_tag(text: str) -> str:
    """Return a tag spelt one way; raises `ValidationError` for one that the editor could not keep."""
    tag = " ".join(text.split())
    if not tag or "," in tag:
        raise ValidationError("One tag, without a comma.")
    return tag


def tags_field(**more: Any) -> fields.List[Any]:
    """Return the field for tags."""
    return fields.List(
        Text(least=1, most=limits.TAG, validate=one_tag),
        validate=validate.Length(max=limits.TAGS),
        metadata={"description": "For colleagues and reports; readers do not see them."},
        **more,
    )


def owner_field(**more: Any) -> Text:
    """Return the field for the owner."""
    described = {
        "description": "Handle or address of whoever looks after it; empty: nobody.",
        "example": "camille",
    }
    return Text(most=limits.OWNER, metadata=described, **more)


class NewArticle(WordsSchema):
    """A draft to begin an article with."""

    locale = Language(required=True)
    kind = choice(Kind, load_default=Kind.FAQ)
    stage = choice(Stage, load_default=None, allow_none=True)
    category = Text(
        most=MAX_KEY,
        load_default=None,
        allow_none=True,
        metadata={"description": "Key of a category that is there."},
    )
    audience = choice(Audience, load_default=Audience.EVERYONE)
    tags = tags_field(load_default=list)
    owner = owner_field(load_default="")


class NewTranslation(WordsSchema):
    """A draft to begin an article in another language with."""

    locale = Language(required=True)


class ChangedWords(WordsSchema):
    """The whole words of the next revision."""

    significance = choice(
        Significance,
        load_default=Significance.MAJOR,
        metadata={"description": "A `typo` does not age the translations."},
    )


class PublishingSchema(Input):
    """When words come before readers."""

    at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "A moment to come; without it, now.", "example": None},
    )


class DraftSchema(Schema):
    """The newest words of an article in one language, public or not."""

    key = fields.String()
    locale = fields.String()
    status = choice(Status)
    revision = fields.Integer(metadata={"description": "Number of these words, from 1."})
    public_revision = fields.Integer(
        allow_none=True, metadata={"description": "Number of what readers get; null: nothing yet."}
    )
    planned_at = Moment(
        allow_none=True, metadata={"description": "When words become public that wait for it."}
    )
    title = fields.String()
    body = fields.String()
    summary = fields.String()
    answers = fields.List(fields.String())
    synonyms = fields.List(fields.String())
    keywords = fields.List(fields.String())
    author = fields.String()
    message = fields.String()
    written_at = Moment()
    kind = choice(Kind)
    category = fields.String(allow_none=True)
    audience = choice(Audience)


class CategoryArguments(Input):
    """In which language."""

    locale = Language(required=True, metadata={"description": "Language of names and counts."})
    empty = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Also those without anything to read; needs a key with the scope "
            "`articles:read`."
        },
    )


class CategorySchema(Schema):
    """A category in one language, with those below it."""

    key = fields.String()
    name = fields.String()
    description = fields.String()
    url = fields.String(metadata={"format": "uri"})
    count = fields.Integer(metadata={"description": "Articles in it and below it."})
    children = fields.List(fields.Nested(lambda: CategorySchema()))  # noqa: PLW0108  (not there yet)


class CategoriesSchema(Schema):
    """The tree of categories."""

    items = fields.List(fields.Nested(CategorySchema))
