"""Votes of people who read in other places: an app, a chat, a shop."""

from collections.abc import Mapping
from typing import Any

from flask import g, request
from limits import parse
from marshmallow import fields, validate
from sqlalchemy import select

from articles.audience import reader
from articles.models import Revision, Translation
from articles.queries import by_key
from feedback.labels import reasons_for
from feedback.models import Channel, Reason
from feedback.visitors import current_visitor
from feedback.voting import (
    MAX_COMMENT_LENGTH,
    Receipt,
    VoteLimitReached,
    record_details,
    record_vote,
)
from feedback.writing import NotRecorded
from kb.api.operations import blueprint, for_people, open_to_all
from kb.api.problems import Problem, Wrong
from kb.api.schemas import MAX_INTEGER, Input, Language, Schema, Text, choice
from kb.db import db
from kb.locales import settings
from search.filters import MAX_QUERY_LENGTH

BUSY_SECONDS = "5"
LIMITED_SECONDS = "3600"

operations = blueprint("votes", "Whether articles help, in the words of those who read them.")


class VoteSchema(Input):
    """What somebody says of an article."""

    locale = Language(required=True, metadata={"description": "In which they read it."})
    helpful = fields.Boolean(required=True)
    revision = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MAX_INTEGER),
        metadata={
            "description": "Number of the words that they read; without it, the public ones."
        },
    )
    reason = choice(
        Reason,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Why. `solved` and `clear` go with a yes, the others with a no, `other` with "
            "both.",
            "example": None,
        },
    )
    comment = Text(
        most=MAX_COMMENT_LENGTH,
        load_default="",
        metadata={
            "description": "In their words. Addresses and telephone numbers are taken out before it is "
            "kept."
        },
    )
    query = Text(
        most=MAX_QUERY_LENGTH,
        load_default="",
        metadata={"description": "What they had asked, so that search learns from it."},
    )


class ReceiptSchema(Schema):
    """A vote that was kept."""

    helpful = fields.Boolean()
    is_changed = fields.Boolean(metadata={"description": "It takes the place of an earlier one."})


@operations.post("/articles/<key>/votes")
@open_to_all
@for_people
@operations.arguments(VoteSchema)
@operations.response(201, ReceiptSchema)
@operations.refuses(503, "The database is busy: nothing was kept.")
def create_vote(said: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Vote on an article.

    One visitor has one vote on each revision, and may change it. Without `X-KB-Visitor`, the vote of a
    program without a browser is kept but not counted, as nobody stands behind it.
    """
    g.locale = said["locale"]
    translation = _translation(key, said["locale"])
    if said["reason"] is not None and not _fits(said["reason"], helpful=said["helpful"]):
        wrong = Wrong("This reason goes with the other answer.", pointer="#/reason")
        raise Problem("invalid", errors=[wrong])
    revision_id = _revision_id(translation, said["revision"])
    try:
        receipt = _kept(translation, said, revision_id)
    except VoteLimitReached:
        raise Problem(
            "too-many-requests",
            "This visitor has voted as often as one may for now; nothing was kept.",
            headers={"Retry-After": LIMITED_SECONDS},
        ) from None
    except NotRecorded:
        raise Problem("unavailable", headers={"Retry-After": BUSY_SECONDS}) from None
    return {"helpful": said["helpful"], "is_changed": receipt.is_changed}


def _kept(translation: Translation, said: Mapping[str, Any], revision_id: int | None) -> Receipt:
    visitor = current_visitor(request)
    receipt = record_vote(
        visitor,
        translation,
        helpful=said["helpful"],
        limit=parse(settings().vote_limit),
        revision_id=revision_id,
        query=said["query"],
        channel=Channel.API,
    )
    if said["reason"] is not None or said["comment"]:
        record_details(
            visitor,
            receipt.vote_id,
            receipt.version,
            reason=said["reason"],
            comment=said["comment"],
        )
    return receipt


def _fits(reason: Reason, *, helpful: bool) -> bool:
    return any(reason == each for each, _label in reasons_for(helpful))


def _translation(key: str, locale: str) -> Translation:
    query = by_key(locale, [key], reader=reader())
    found = db.session.scalar(query)
    if found is None:
        raise Problem("not-found", "No article that may be read has this key in this language.")
    return found


def _revision_id(translation: Translation, number: int | None) -> int | None:
    if number is None:
        return None
    found = db.session.scalar(
        select(Revision.id).where(
            Revision.translation_id == translation.id, Revision.number == number
        )
    )
    if found is None:
        wrong = Wrong("The article has no revision of this number.", pointer="#/revision")
        raise Problem("invalid", errors=[wrong])
    return found
