"""The room of links to other sites: those that lead nowhere first, with where they stand and a way out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
)
from flask import url_for as _url
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from articles.drafting import Overtaken, newest
from articles.links import checking, keeping
from articles.links.models import Link, LinkState, LinkUse
from articles.links.replacing import NotThere, Place, places, replace_in_draft
from articles.models import Translation
from articles.rights import demand, limits, within
from articles.studio import undo
from articles.studio.models import ChangeSet
from articles.studio.undo import Undone
from kb.accounts.present import who
from kb.audit.recording import record
from kb.caching import private
from kb.db import db, utc_now
from kb.locales import settings
from kb.outbound.addresses import NotALink, target_of
from kb.rights import Right, requires
from kb.worker import soon, tasks

IGNORED = "link.ignored"  # the act, in the log and for undoing
CHECK, KNOW = "link_check", "link_reconcile"  # tasks of the worker
EVERY = timedelta(minutes=5)
PAGE = 50  # links

blueprint = Blueprint("links", __name__, url_prefix="/studio/links")

STATES: Mapping[LinkState, LazyString] = {
    LinkState.BROKEN: _l("Broken"),
    LinkState.MOVED: _l("Moved"),
    LinkState.UNKNOWN: _l("Not known"),
    LinkState.WORKING: _l("Working"),
    LinkState.IGNORED: _l("Ignored"),
}
TROUBLES: Mapping[str, LazyString] = {
    "no-host": _l("No such site."),
    "timeout": _l("It does not answer in time."),
    "connection": _l("No connection can be made."),
    "protocol": _l("It does not speak as the web does."),
    "certificate": _l("Its certificate is not valid: browsers warn their readers."),
    "chain": _l("Its certificate cannot be checked, as a part of it is missing: look yourself."),
    "encryption": _l("We can agree on no encryption with it; a browser may: look yourself."),
    "redirects": _l("It leads from one address to the next without end."),
    "bad-redirect": _l("It leads to something that is no address of the web."),
    "private": _l("It leads into a private network, which is never asked."),
    "robots": _l("The site asks programs not to look (robots.txt)."),
    "not-a-link": _l("It cannot be asked."),
}
STATUSES: Mapping[int, LazyString] = {
    404: _l("There is no such page (404)."),
    410: _l("The page was taken away (410)."),
    401: _l("Readers must sign in there (401)."),
    403: _l("Programs are kept out (403)."),
    429: _l("It asks us to come less often (429)."),
}


@dataclass(frozen=True, slots=True)
class Use:
    """Where a link stands: the article, the words of the link, and the lines of the newest text."""

    translation: Translation
    text: str
    places: tuple[Place, ...]


def reason(link: Link) -> str:
    """Return in words why a link is not known to work; empty where it is."""
    if link.trouble in TROUBLES:
        return str(TROUBLES[link.trouble])
    if link.status is not None and link.status in STATUSES:
        return str(STATUSES[link.status])
    if link.trouble:
        return str(_("It answers with an error (%(status)s).", status=link.status))
    return "" if link.checked_at else str(_("It has not been asked yet."))


def _mine() -> list[ColumnElement[bool]]:
    """Restrict links to those of articles that the reader may see."""
    if limits() is None:
        return []
    seen = within(
        select(LinkUse.link_id).join(Translation, Translation.id == LinkUse.translation_id)
    )
    return [Link.id.in_(seen)]


def _used() -> ColumnElement[bool]:
    return exists(select(LinkUse.id).where(LinkUse.link_id == Link.id))


@blueprint.get("")
@requires(Right.WRITE)
def listing() -> AnyResponse:
    """List the links of one state, the longest broken first."""
    counts = dict(
        db.session.execute(
            select(Link.state, func.count()).where(_used(), *_mine()).group_by(Link.state)
        ).all()
    )
    state = _asked_state(counts)
    pages = max(1, -(-counts.get(state, 0) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    query = (
        select(Link)
        .where(Link.state == state, _used(), *_mine())
        .order_by(Link.broken_since, Link.host, Link.id)
    )
    links = db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    return _private(
        "links.html",
        state=state,
        counts=counts,
        links=links,
        uses=_uses([each.id for each in links]),
        page=page,
        pages=pages,
        is_on=settings().link_check == "on",
        STATES=STATES,
        reason=reason,
    )


def _asked_state(counts: Mapping[LinkState, int]) -> LinkState:
    asked = request.args.get("state", "")
    if asked in set(LinkState):
        return LinkState(asked)
    return next((each for each in STATES if counts.get(each)), LinkState.BROKEN)


def _uses(ids: list[int]) -> dict[int, list[Translation]]:
    """Return the articles that hold each link, among those the reader may see."""
    uses = db.session.scalars(
        within(
            select(LinkUse)
            .join(Translation, Translation.id == LinkUse.translation_id)
            .where(LinkUse.link_id.in_(ids))
            .order_by(Translation.title, Translation.id)
        )
    ).all()
    titles = {
        each.id: each
        for each in db.session.scalars(
            select(Translation).where(Translation.id.in_({each.translation_id for each in uses}))
        )
    }
    found: dict[int, list[Translation]] = {}
    for each in uses:
        found.setdefault(each.link_id, []).append(titles[each.translation_id])
    return found


@blueprint.get("/<int:number>")
@requires(Right.WRITE)
def link(number: int) -> AnyResponse:
    """Show a link: what is wrong, in which lines it stands, and what can be done."""
    found = _link(number)
    return _private(
        "link.html", link=found, uses=_places(found), STATES=STATES, reason=reason(found)
    )


def _link(number: int) -> Link:
    found = db.session.scalar(select(Link).where(Link.id == number, *_mine()))
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _places(found: Link) -> list[Use]:
    uses = db.session.scalars(
        within(
            select(LinkUse)
            .join(Translation, Translation.id == LinkUse.translation_id)
            .where(LinkUse.link_id == found.id)
            .order_by(Translation.title, Translation.id)
        )
    )
    shown = []
    for each in uses:
        translation = db.session.get(
            Translation, each.translation_id, options=[joinedload(Translation.article)]
        )
        if translation is not None:
            lines = places(newest(translation).body, found.url)
            shown.append(Use(translation, each.text, tuple(lines)))
    return shown


@blueprint.post("/<int:number>/check")
@requires(Right.WRITE)
def check(number: int) -> AnyResponse:
    """Have a link asked again as soon as the worker is free."""
    found = _link(number)
    if settings().link_check == "off":
        flash(_("They are not checked: KB_LINK_CHECK is off."), "error")
        return redirect(_url(".link", number=number), HTTPStatus.SEE_OTHER)
    found.next_at = utc_now()
    db.session.commit()
    soon(current_app._get_current_object(), CHECK)  # type: ignore[attr-defined]
    flash(_("It will be asked in a moment; look again in a minute."), "done")
    return redirect(_url(".link", number=number), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:number>/ignore")
@requires(Right.WRITE)
def ignore(number: int) -> AnyResponse:
    """Leave a link alone from now on: a person knows that it is right."""
    found = _link(number)
    for use in _places(found):
        demand(Right.WRITE, use.translation.article)
    if found.state is not LinkState.IGNORED:
        change = undo.keep(IGNORED, [{"id": found.id, "old": found.state.value}])
        found.state, found.ignored_by = LinkState.IGNORED, who()
        record(IGNORED, thing="link", thing_id=found.id, label=found.url)
        db.session.commit()
        flash(_("The link is left alone from now on."), "done")
        undo.offer(change)
    return redirect(_url(".listing"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:number>/watch")
@requires(Right.WRITE)
def watch(number: int) -> AnyResponse:
    """Ask again for a link that was left alone."""
    found = _link(number)
    for use in _places(found):
        demand(Right.WRITE, use.translation.article)
    if found.state is LinkState.IGNORED:
        _watch(found)
        record("link.watched", thing="link", thing_id=found.id, label=found.url)
        db.session.commit()
        flash(_("The link will be asked again."), "done")
    return redirect(_url(".link", number=number), HTTPStatus.SEE_OTHER)


def _watch(found: Link) -> None:
    found.state, found.ignored_by, found.next_at = LinkState.UNKNOWN, "", utc_now()


def _undo_ignoring(change: ChangeSet) -> Undone:
    done = 0
    for was in change.before:
        found = db.session.get(Link, was["id"])
        if found is not None and found.state is LinkState.IGNORED:
            _watch(found)
            found.state, done = LinkState(was["old"]), done + 1
    return Undone(done)


@blueprint.post("/<int:number>/replace")
@requires(Right.WRITE)
def replace(number: int) -> AnyResponse:
    """Put another address in a draft of one article, and lead there."""
    found = _link(number)
    translation = db.session.get(Translation, request.form.get("translation", 0, type=int))
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    demand(Right.WRITE, translation.article)
    back = redirect(_url(".link", number=number), HTTPStatus.SEE_OTHER)
    try:
        new = target_of(request.form.get("address", "")).url
    except NotALink:
        flash(_("Give the whole new address, such as https://www.example.org/page."), "error")
        return back
    try:
        count = replace_in_draft(
            translation, found.url, new, by=who(), message=str(_("A link leads to its new address"))
        )
    except NotThere:
        flash(_("The newest draft does not hold this link any more."), "error")
        return back
    except Overtaken:
        flash(_("Somebody has just saved this draft. Look at it, and try again."), "error")
        return back
    flash(
        ngettext(
            "%(num)s link leads to its new address in this draft. Publish it when you are ready.",
            "%(num)s links lead to their new address in this draft. Publish it when you are ready.",
            count,
        ),
        "done",
    )
    return redirect(_url("drafts.draft", number=translation.id), HTTPStatus.SEE_OTHER)


def _private(template: str, /, **context: Any) -> AnyResponse:
    return private(render_template(f"articles/studio/{template}", **context))


def init_app(app: Flask) -> None:
    """Serve the room, and check links by the clock."""
    app.register_blueprint(blueprint)
    undo.register(app, IGNORED, _l("A link left alone"), _undo_ignoring)
    tasks.register(app, KNOW, EVERY, keeping.reconcile)
    tasks.register(app, CHECK, EVERY, checking.check_due)
