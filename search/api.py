"""Search, suggestions and the one answer, for programs: the same engine, the same confidence floor."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, g
from marshmallow import fields, validate

from articles.api.reading import read_as
from articles.api.schemas import MAX_KEY, AudienceArguments
from articles.models import Kind, Translation
from articles.rendering import public_rendering
from articles.views import address_of, site_root
from kb.api.operations import blueprint, for_people, open_to_all
from kb.api.paging import Page, page_from, start_of
from kb.api.schemas import MAX_CURSOR_LENGTH, Language, Schema, Text, choice, page_of
from kb.api.setup import register
from kb.db import db
from search.filters import MAX_QUERY_LENGTH
from search.results import Hit, Mode, Results
from search.showing import ShownHit, shown, visible
from search.signals import search_performed
from search.views import NEAREST_WHEN_WEAK, answer_among, audiences, engine, wants_person

CHANNEL = "api"
HITS, MOST_HITS = 10, 50
SUGGESTIONS, MOST_SUGGESTIONS = 6, 20
QUESTION = {"description": "What somebody asks, in their words.", "example": "return a lamp"}

operations = blueprint("search", "The article that answers a question, and whether it does.")


class AskingArguments(AudienceArguments):
    """What is asked, in which language; parent of the arguments of each search."""

    q = Text(least=1, most=MAX_QUERY_LENGTH, required=True, metadata=QUESTION)
    locale = Language(
        required=True,
        metadata={"description": "Language of whoever asks; articles in others come after those."},
    )
    for_person = fields.Boolean(
        load_default=True,
        metadata={
            "description": "Whether somebody asks. Then it counts in the reports, with what was found, in "
            "the channel `api`; name the person by an opaque `X-KB-Visitor` so that their searches "
            "belong together. `false` for tests and for machines: nothing is recorded."
        },
    )


class SearchArguments(AskingArguments):
    """How to search."""

    category = Text(
        most=MAX_KEY, load_default=None, metadata={"description": "Key: only this category."}
    )
    kind = choice(Kind, load_default=None, metadata={"description": "Only this kind."})
    exact = fields.Boolean(
        load_default=False, metadata={"description": "Correct nothing that was typed."}
    )
    limit = fields.Integer(load_default=HITS, validate=validate.Range(1, MOST_HITS))
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(1, MAX_CURSOR_LENGTH),
        metadata={"description": "Where to go on: from `next` of the page before."},
    )


class SuggestArguments(AudienceArguments):
    """What is being typed."""

    q = Text(least=1, most=MAX_QUERY_LENGTH, required=True, metadata=QUESTION)
    locale = Language(required=True)
    limit = fields.Integer(load_default=SUGGESTIONS, validate=validate.Range(1, MOST_SUGGESTIONS))


class HitSchema(Schema):
    """An article that may answer, shown by its best passage."""

    rank = fields.Integer()
    key = fields.String(metadata={"description": "Of the article, in all its languages."})
    locale = fields.String()
    title = fields.String()
    url = fields.String(metadata={"format": "uri", "description": "Leads to the very passage."})
    path = fields.List(fields.String(), metadata={"description": "Headings above the passage."})
    snippet = fields.String(metadata={"description": "Safe HTML; `<mark>` lights what was asked."})
    snippet_text = fields.String()
    category = fields.String(allow_none=True, metadata={"description": "Key of its category."})
    kind = choice(Kind)
    score = fields.Float()
    is_other_locale = fields.Boolean()


class AnswerSchema(Schema):
    """The passage that answers."""

    key = fields.String()
    locale = fields.String()
    title = fields.String()
    url = fields.String(metadata={"format": "uri", "description": "Leads to the very passage."})
    path = fields.List(fields.String(), metadata={"description": "Headings above the passage."})
    sentence = fields.String(metadata={"description": "What to say first, as plain text."})
    text = fields.String(metadata={"description": "The whole passage, as plain text."})


class JudgedSchema(Schema):
    """What is known of every search, whatever it found."""

    query = fields.String(metadata={"description": "What was asked, tidied."})
    corrected = fields.String(
        allow_none=True,
        metadata={"description": "What was searched instead, after slips of the keys."},
    )
    confidence = fields.Float(metadata={"description": "0 to 1: that the first hit answers."})
    weak = fields.Boolean(
        metadata={"description": "The site does not know: offer a person rather than the hits."}
    )
    wants_person = fields.Boolean(metadata={"description": "Who asks wants to talk to somebody."})
    mode = choice(Mode, metadata={"description": "Which retrievers answered."})
    answer = fields.Nested(AnswerSchema, allow_none=True, metadata={"description": "Null: none."})


class SearchSchema(JudgedSchema, page_of(HitSchema)):  # type: ignore[misc]  # a class made at run time
    """What a search found."""

    total = fields.Integer(metadata={"description": "Articles that have to do with it."})


class SuggestionSchema(Schema):
    """An article whose title, or a question that it answers, goes on as what is typed."""

    text = fields.String(metadata={"description": "The title."})
    html = fields.String(metadata={"description": "The same as safe HTML, what is typed lit."})
    question = fields.String(
        metadata={"description": "The known question that matches, or the title."}
    )
    key = fields.String()
    locale = fields.String()
    url = fields.String(metadata={"format": "uri"})


class SuggestionsSchema(Schema):
    """Suggestions, the best first."""

    items = fields.List(fields.Nested(SuggestionSchema))


@operations.get("/search")
@open_to_all
@for_people
@operations.arguments(SearchArguments, location="query")
@operations.response(200, SearchSchema)
def search(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Search.

    Where `answer` is there, it may be shown as the answer. Where `weak` is true, only the nearest articles
    are given: what the site's own page would show.
    """
    first = start_of(asked)
    results, hits, found = _asked(asked, first=first, limit=asked["limit"])
    is_short = results.weak or found["wants_person"]
    last = first + asked["limit"]
    page: Page[Any] = page_from(
        [_hit(hit, results) for hit in (hits[:NEAREST_WHEN_WEAK] if is_short else hits)],
        None if is_short or last >= results.total else last,
    )
    return {**found, "total": results.total, "items": page.items, "next": page.next}


@operations.get("/answer")
@open_to_all
@for_people
@operations.arguments(AskingArguments, location="query")
@operations.response(200, JudgedSchema)
def answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Get the answer.

    The one passage that answers a question, or the word that there is none. Nothing is better than a wrong answer: `answer` is null unless the site is sure enough.
    """
    return _asked(asked, first=0, limit=HITS)[2]


def _asked(
    asked: Mapping[str, Any], *, first: int, limit: int
) -> tuple[Results, list[ShownHit], dict[str, Any]]:
    """Search, and record it where somebody asked."""
    g.locale = asked["locale"]
    read_as(asked["audience"])
    results = engine().search(
        asked["q"],
        locale=asked["locale"],
        limit=limit,
        offset=first,
        category=asked.get("category"),
        kind=asked["kind"].value if asked.get("kind") else None,
        as_typed=asked.get("exact", False),
        audiences=audiences(),
    )
    hits = shown(results.hits, first_rank=first + 1)
    is_for_person = wants_person(asked["q"], results.corrected)
    if asked["for_person"]:
        search_performed.send(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            query=asked["q"],
            locale=asked["locale"],
            results=results,
            page=first // limit + 1,
            channel=CHANNEL,
        )
    best = None if is_for_person else answer_among(results, hits)
    judged = {
        "query": results.query,
        "corrected": results.corrected,
        "confidence": round(results.confidence, 4),
        "weak": results.weak,
        "wants_person": is_for_person,
        "mode": results.mode,
        "answer": _answer(best, results) if best else None,
    }
    return results, hits, judged


def _hit(hit: ShownHit, results: Results) -> dict[str, Any]:
    found = next(each for each in results.hits if each.document_id == hit.document_id)
    return {
        "rank": hit.rank,
        "key": hit.key,
        "locale": hit.locale,
        "title": hit.title,
        "url": site_root() + hit.address,
        "path": hit.path,
        "snippet": str(hit.snippet),
        "snippet_text": hit.snippet.striptags(),
        "category": found.category or None,
        "kind": Kind(found.kind),
        "score": round(found.score, 6),
        "is_other_locale": hit.is_other_locale,
    }


def _answer(hit: ShownHit, results: Results) -> dict[str, Any]:
    found = results.hits[0]
    sentence = found.sentence or hit.snippet.striptags()
    return {
        "key": hit.key,
        "locale": hit.locale,
        "title": hit.title,
        "url": site_root() + hit.address,
        "path": hit.path,
        "sentence": sentence,
        "text": _passage(int(hit.document_id), found) or hit.snippet.striptags(),
    }


def _passage(translation_id: int, hit: Hit) -> str:
    """Return the section that says the sentence of a hit; empty where none does."""
    translation = db.session.get(Translation, translation_id)
    if translation is None or translation.public_revision is None:
        return ""
    sections = public_rendering(translation).sections
    # The section that the hit leads to first: a title that fits leads to the whole article.
    ordered = sorted(sections, key=lambda each: each["anchor"] != hit.anchor)
    return next((str(each["text"]) for each in ordered if hit.sentence in each["text"]), "")


@operations.get("/suggest")
@open_to_all
@for_people
@operations.arguments(SuggestArguments, location="query")
@operations.response(200, SuggestionsSchema)
def suggest(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Suggest while somebody types.

    With titles, and questions that articles are known to answer. Nothing is recorded.
    """
    g.locale = asked["locale"]
    read_as(asked["audience"])
    found = engine().suggest(
        asked["q"], locale=asked["locale"], limit=asked["limit"], audiences=audiences()
    )
    readable = visible({each.document_id for each in found})
    return {
        "items": [
            {
                "text": each.text,
                "html": each.html,
                "question": each.title,
                "key": readable[each.document_id].article.key,
                "locale": readable[each.document_id].locale,
                "url": address_of(readable[each.document_id], external=True),
            }
            for each in found
            if each.document_id in readable
        ]
    }


def init_app(app: Flask) -> None:
    """Serve it."""
    register(app, operations)
