"""The page of a request in the studio: what was said, who wrote it, what they had tried, what can be done."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Article
from feedback.announcements.issues import open_issues
from feedback.channels.delays import delay_of
from feedback.channels.topics import answers_in_words, topic
from feedback.channels.words import delay_in_words
from feedback.contact.receiving import Received
from feedback.helpdesk.present import messages_with_files_to_come, where
from feedback.labels import CHANNELS
from feedback.requests.models import ContactRequest
from feedback.requests.references import spelt
from feedback.requests.resolving import state_of
from feedback.requests.showing import answer_html, entries_of
from feedback.requests.studio import answering, articles, drafts, presence
from feedback.requests.studio.answering import MAX_ANSWER, newest_number
from feedback.requests.studio.queue import tags_in_use
from feedback.requests.trail import trail_of
from feedback.requests.words import STATES, WAYS
from kb.accounts.models import User
from kb.accounts.people import colleagues
from kb.caching import private
from kb.customers.models import Customer
from kb.db import db, utc_now
from kb.locales import current_locale
from kb.rights import Right, requires

OTHERS = 6  # other requests of the same address that are shown
PAGE_BYTES = 9
NO_FILES = Received()

blueprint = Blueprint("request_page", __name__, url_prefix="/studio/requests")


def found(reference: str) -> ContactRequest:
    """Return the request of a reference, however it was typed; 404 where there is none."""
    kept = db.session.scalar(
        select(ContactRequest).where(ContactRequest.reference == spelt(reference))
    )
    if kept is None:
        abort(HTTPStatus.NOT_FOUND)
    return kept


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer, or a note, that was not sent yet."""

    body: str = ""
    is_note: bool = False
    files: Received = NO_FILES


NOTHING = Typed()


def show(
    kept: ContactRequest,
    typed: Typed = NOTHING,
    *,
    refusal: str = "",
    after: int | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Return the page; with `after`, what was said since that message is marked as new."""
    owner = db.session.get(User, kept.assigned_to_id) if kept.assigned_to_id else None
    people = db.session.scalars(colleagues()).all()
    now = utc_now()
    html = render_template(
        "feedback/requests/request.html",
        kept=kept,
        entries=entries_of(kept, notes=True),
        new_after=after,
        body=typed.body,
        is_note=typed.is_note,
        files=typed.files.files,
        file_refusals=typed.files.refusals,
        refusal=refusal,
        preview=answer_html(typed.body, kept.locale) if typed.body else "",
        state=state_of(kept),
        state_words=STATES,
        way_words=WAYS,
        channel_words=CHANNELS,
        waits=now - kept.waiting_since if kept.waiting_since else None,
        promise=delay_in_words(delay_of(kept.via, now)),
        last=newest_number(kept),
        page_token=secrets.token_urlsafe(PAGE_BYTES),
        saved_pages=request.args.get("sent", ""),
        person=current_user.id,
        max_answer=MAX_ANSWER,
        owner=owner,
        people=people,
        topic=topic(kept.topic_id, current_locale()),
        asked=answers_in_words(kept.topic_id, kept.details, current_locale()),
        customer=db.session.get(Customer, kept.customer_id) if kept.customer_id else None,
        others=_others(kept),
        solver=_solver(kept),
        draftable=drafts.answer_of(kept) is not None,
        place=where(kept),
        files_to_come=messages_with_files_to_come(kept),
        tags=tags_in_use(),
        issues=open_issues(),
        trail=trail_of(kept),
    )
    return private(html, status)


def _others(kept: ContactRequest) -> list[ContactRequest]:
    """Return the newest other requests of the same address."""
    if not kept.email:
        return []
    query = select(ContactRequest).where(
        ContactRequest.email == kept.email,
        ContactRequest.id != kept.id,
        ContactRequest.is_bot.is_(False),
    )
    newest = query.order_by(ContactRequest.created_at.desc(), ContactRequest.id.desc())
    return list(db.session.scalars(newest.limit(OTHERS)))


def _solver(kept: ContactRequest) -> articles.Named | None:
    article = db.session.get(Article, kept.solved_by_id) if kept.solved_by_id else None
    return articles.named(article, kept.locale) if article is not None else None


@blueprint.get("/<reference>/pulse")
@requires(Right.ANSWER_REQUESTS)
def pulse(reference: str) -> AnyResponse:
    """Tell who else is here, what was said since, and a token for what is sent next."""
    return _pulse(found(reference))


@blueprint.post("/<reference>/pulse")
@requires(Right.ANSWER_REQUESTS)
def here(reference: str) -> AnyResponse:
    """Note that the page is open, and whether something is being written in it."""
    kept = found(reference)
    presence.show_up(kept, current_user.id, is_writing="writing" in request.form)
    return _pulse(kept)


def _pulse(kept: ContactRequest) -> AnyResponse:
    after = request.values.get("revision", type=int)
    new = answering.newer(kept, after) if after is not None else []
    writers = {each.user_id for each in new if each.user_id}
    names = {
        each.id: each.shown_name
        for each in db.session.scalars(select(User).where(User.id.in_(writers)))
    }
    html = render_template(
        "feedback/requests/_pulse.html",
        kept=kept,
        person=current_user.id,
        others=presence.others(kept, current_user.id),
        new=new,
        names=names,
    )
    return private(html)


@blueprint.post("/<reference>/preview")
@requires(Right.ANSWER_REQUESTS)
def preview(reference: str) -> AnyResponse:
    """Show what the customer would read, with nothing sent."""
    kept = found(reference)
    text = request.form.get("body", "")[:MAX_ANSWER]
    html = render_template(
        "feedback/requests/_seen.html", kept=kept, preview=answer_html(text, kept.locale)
    )
    return private(html)


@blueprint.get("/<reference>/links")
@requires(Right.ANSWER_REQUESTS)
def links(reference: str) -> AnyResponse:
    """List the articles that a query names, in the language of the customer where there are such."""
    kept = found(reference)
    query = " ".join(request.args.get("q", "").split())
    if len(query) > 300:
        abort(HTTPStatus.BAD_REQUEST)
    offers = articles.found(query, kept.locale)
    return private(render_template("feedback/requests/_links.html", offers=offers))


@blueprint.get("/<reference>/suggestions")
@requires(Right.ANSWER_REQUESTS)
def suggestions(reference: str) -> AnyResponse:
    """List the articles that may answer a request, or that a query names, to be linked as its answer."""
    kept = found(reference)
    query = " ".join(request.args.get("q", "").split())[:300]
    offers = articles.found(query, kept.locale) if query else articles.suggested(kept)
    is_part = request.headers.get("X-Requested-With") == "fetch"
    name = "_suggestions.html" if is_part else "suggestions.html"
    html = render_template(f"feedback/requests/{name}", kept=kept, offers=offers, query=query)
    return private(html)


def init_app(app: Flask) -> None:
    """Answer the page."""
    app.register_blueprint(blueprint)
