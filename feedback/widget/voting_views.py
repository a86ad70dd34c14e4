"""Votes of the widget's readers, and the reasons for them."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from limits import parse

from feedback.labels import reasons_for
from feedback.models import Channel, Reason
from feedback.surveys.models import After
from feedback.voting import (
    MAX_COMMENT_LENGTH,
    Receipt,
    StaleDetails,
    VoteLimitReached,
    record_details,
    record_vote,
)
from feedback.widget import cors, words
from feedback.widget.present import answer, is_preview, remembered, said, text_of, visitor
from feedback.widget.surveys import question
from feedback.writing import NotRecorded
from kb.extensions import csrf, limiter
from kb.locales import settings
from kb.signing import NotSigned, Signed

PER_ADDRESS = "60 per hour"  # of a whole office; the setting limits each visitor
DETAILS = Signed("feedback.widget.vote", timedelta(days=1))

blueprint = Blueprint("widget_voting", __name__, url_prefix="/widget/<locale:locale>/vote")
csrf.exempt(blueprint)
cors.init_blueprint(blueprint)


@blueprint.post("")
@limiter.limit(PER_ADDRESS)
def vote() -> Response:
    """Take a vote; nobody is thanked for one that was not kept."""
    translation = text_of()
    if said("helpful") not in {"yes", "no"}:
        return answer({"error": "no-vote"}, HTTPStatus.BAD_REQUEST)
    helpful = said("helpful") == "yes"
    if is_preview():
        return answer(_asked(helpful, _thanks(helpful)))
    who = visitor()
    try:
        receipt = record_vote(
            who,
            translation,
            helpful=helpful,
            limit=parse(settings().vote_limit),
            revision_id=request.form.get("revision", type=int),
            query=said("q"),
            channel=Channel.WIDGET,
        )
    except VoteLimitReached:
        return answer({"message": _too_many()}, HTTPStatus.TOO_MANY_REQUESTS)
    except NotRecorded:
        return answer({"message": words.busy()}, HTTPStatus.SERVICE_UNAVAILABLE)
    facts = {**_asked(helpful, _thanks(helpful), receipt), **remembered(who)}
    return answer(facts | question(who, After.ARTICLE, translation.id) if helpful else facts)


def _asked(helpful: bool, message: str, receipt: Receipt | None = None) -> dict[str, object]:
    return {
        "message": message,
        "reasons": [[value, str(label)] for value, label in reasons_for(helpful)],
        "token": DETAILS.text([receipt.vote_id, receipt.version]) if receipt else "",
    }


def _thanks(helpful: bool) -> str:
    if helpful:
        return str(_("Thank you. We are glad that it helped."))
    return str(_("We are sorry that this page did not help."))


def _too_many() -> str:
    return str(
        _("Too many votes have come from here within the hour, so this one was not counted. Please try again later.")
    )  # fmt: skip


@blueprint.post("/details")
@limiter.limit(PER_ADDRESS)
def details() -> Response:
    """Take the reason and the words for a vote, from its voter only."""
    thanks = {"message": str(_("Thank you: the people who write this page will read it."))}
    if is_preview():
        return answer(thanks)
    try:
        vote_id, version = DETAILS.read(said("token"))
    except NotSigned:
        return answer({"error": "no-token"}, HTTPStatus.BAD_REQUEST)
    chosen = {value for value, _label in (*reasons_for(helpful=True), *reasons_for(helpful=False))}
    reason = said("reason")
    try:
        record_details(
            visitor(),
            vote_id,
            version,
            reason=Reason(reason) if reason in chosen else None,
            comment=request.form.get("comment", "")[:MAX_COMMENT_LENGTH],
        )
    except StaleDetails:
        stale = _("This form was sent already, or your answer has changed since. Nothing was changed.")  # fmt: skip
        return answer({"message": str(stale)}, HTTPStatus.CONFLICT)
    except NotRecorded:
        return answer({"message": words.busy()}, HTTPStatus.SERVICE_UNAVAILABLE)
    return answer(thanks)
