"""The inbox: what waits for an answer, longest first, and acts on many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.studio import undo
from feedback.announcements.issues import open_issues
from feedback.channels.delays import Delay, delay_of
from feedback.channels.models import Topic
from feedback.channels.topics import in_language
from feedback.channels.words import delay_in_words
from feedback.labels import CHANNELS
from feedback.requests.models import ContactRequest, Way
from feedback.requests.studio import bulk, desk, queue
from feedback.requests.studio.bulk import Act
from feedback.requests.studio.queue import NOBODY, View, Wanted, wanted_from
from feedback.requests.words import WAYS
from kb.accounts.models import User
from kb.accounts.people import colleagues
from kb.caching import private
from kb.db import db, utc_now
from kb.formats import shown_duration
from kb.locales import current_locale, settings
from kb.rights import Right, requires

PAGE = 50
ABOUT_ISSUE = "issue"  # an act
VIEWS: Mapping[View, LazyString] = {
    View.OPEN: _l("To answer"),
    View.MINE: _l("My requests"),
    View.UNASSIGNED: _l("Nobody’s"),
    View.WAITING: _l("Waiting for the customer"),
    View.RESOLVED: _l("Resolved"),
    View.SPAM: _l("Spam"),
}

blueprint = Blueprint("inbox", __name__, url_prefix="/studio/requests")


@dataclass(frozen=True, slots=True)
class Row:
    """A request of the list: how long its sender waits, and what such senders were told."""

    request: ContactRequest
    owner: str
    topic: str
    waits: timedelta | None
    is_late: bool


@blueprint.get("")
@requires(Right.ANSWER_REQUESTS)
def listing() -> AnyResponse:
    """Show a page of the requests that the address asks for; a reference leads to its request."""
    wanted = wanted_from(request.args, who=current_user.id)
    reference = queue.named(wanted.q)
    if reference is not None:
        return redirect(url_for("requests.request_page", reference=reference))
    asked = request.args.get("page", 1, type=int)
    found, page, count = queue.page_of(wanted, asked, PAGE)
    now, issues = utc_now(), open_issues()
    promises = {way: delay_of(way, now) for way in {each.via for each in found}}
    html = render_template(
        "feedback/requests/inbox.html",
        wanted=wanted,
        views=VIEWS,
        counts=queue.counts(wanted),
        rows=_rows(found, promises, now),
        promises=_said(promises),
        count=count,
        page=page,
        pages=max(1, -(-count // PAGE)),
        acts=_acts(wanted.view, issues),
        issues=issues,
        bounced=queue.bounced(found),
        people=db.session.scalars(colleagues()).all(),
        **_filters(),
    )
    return private(html)


def _filters() -> dict[str, Any]:
    here = current_locale()
    topics = db.session.scalars(select(Topic).order_by(Topic.position, Topic.id))
    return {
        "topics": [(each.id, in_language(each.names, here, each.key)) for each in topics],
        "tags": queue.tags_in_use(),
        "languages": settings().locales,
        "ways": WAYS,
        "channels": CHANNELS,
        "NOBODY": NOBODY,
    }


def _acts(view: View, issues: Mapping[str, str]) -> dict[str, LazyString]:
    """Return what can be done to many of a view: what is over is not ended again."""
    left_out = {
        View.RESOLVED: {Act.RESOLVE, Act.GENUINE},
        View.SPAM: {Act.ASSIGN, Act.RESOLVE, Act.REOPEN, Act.SPAM},
    }.get(view, {Act.REOPEN, Act.GENUINE})
    found = {act.value: label for act, label in bulk.LABELS.items() if act not in left_out}
    is_open = view not in {View.RESOLVED, View.SPAM}
    return found | {ABOUT_ISSUE: _l("About the known issue…")} if issues and is_open else found


def _rows(
    found: Sequence[ContactRequest], promises: Mapping[Way, Delay | None], now: datetime
) -> list[Row]:
    owners = {each.assigned_to_id for each in found} - {None}
    names = {
        each.id: each.shown_name
        for each in db.session.scalars(select(User).where(User.id.in_(owners)))
    }
    wanted = {each.topic_id for each in found} - {None}
    here = current_locale()
    topics = {
        each.id: in_language(each.names, here, each.key)
        for each in db.session.scalars(select(Topic).where(Topic.id.in_(wanted)))
    }
    rows = []
    for each in found:
        waits = now - each.waiting_since if each.waiting_since else None
        promise = promises.get(each.via)
        most = promise.nine_in_ten if promise else None
        rows.append(
            Row(
                each,
                names.get(each.assigned_to_id or 0, ""),
                topics.get(each.topic_id or 0, ""),
                waits,
                is_late=waits is not None and most is not None and waits > most,
            )
        )
    return rows


def _said(promises: Mapping[Way, Delay | None]) -> list[tuple[Way, Delay]]:
    """Return what customers are told of the ways on the page, where they are told anything."""
    known = ((way, promise) for way, promise in promises.items() if promise is not None)
    return sorted(
        ((way, promise) for way, promise in known if promise.nine_in_ten), key=lambda one: one[0]
    )


@blueprint.post("")
@requires(Right.ANSWER_REQUESTS)
def act() -> AnyResponse:
    """Do to the ticked requests, or to all that match, what was chosen; offer to take it back."""
    wanted = wanted_from(request.form, who=current_user.id)
    back = redirect(url_for(".listing", **wanted.arguments()), HTTPStatus.SEE_OTHER)
    asked = request.form.get("act", "")
    of_issue = asked == ABOUT_ISSUE  # which is a tag that the announcement knows
    chosen = Act.TAG if of_issue else next((each for each in Act if each.value == asked), None)
    if chosen is None:
        abort(HTTPStatus.BAD_REQUEST)
    numbers = _numbers(wanted)
    if not numbers:
        flash(_("Nothing was ticked, so nothing was changed."), "error")
        return back
    value: User | str | None = None
    if chosen is Act.ASSIGN:
        value = colleague(request.form.get("to", ""))
    elif of_issue:
        value = request.form.get("issue", "")
        if value not in open_issues():
            flash(_("That issue is fixed or gone: choose another one."), "error")
            return back
    elif chosen in {Act.TAG, Act.UNTAG}:
        value = request.form.get("tag_name", "").strip()
        if not value:
            flash(_("Say which tag."), "error")
            return back
    done = bulk.apply(chosen, numbers, value)
    db.session.commit()
    said = ngettext("%(num)s request was changed.", "%(num)s requests were changed.", done.changed)
    flash(said, "done")
    if done.change is not None:
        undo.offer(done.change)
    return back


def _numbers(wanted: Wanted) -> list[int]:
    if "all" in request.form:
        query = queue.listed(wanted).with_only_columns(ContactRequest.id)
        return list(db.session.scalars(query.limit(bulk.MOST)))
    return [int(each) for each in request.form.getlist("request") if each.isdecimal()]


def colleague(number: str) -> User | None:
    """Return who is meant; None for nobody. A number that is no colleague's is refused."""
    if number in ("", NOBODY):
        return None
    wanted = int(number) if number.isdecimal() else 0
    found = db.session.scalar(colleagues().where(User.id == wanted))
    if found is None:
        abort(HTTPStatus.BAD_REQUEST)
    return found


def init_app(app: Flask) -> None:
    """Serve the inbox."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(shown_duration=shown_duration, delay_in_words=delay_in_words)
    bulk.init_app(app)
    desk.init_app(app)
