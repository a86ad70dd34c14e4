"""Announcements in the studio: written, previewed, ended, and "it is fixed"."""

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
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from articles.rendering import preview_html
from articles.studio import undo
from articles.studio.models import ChangeSet
from articles.studio.organising.categories import flat, rows
from articles.studio.undo import Undone
from articles.views import address_of
from feedback.announcements import forms, telling
from feedback.announcements.models import Announcement, Subscription
from feedback.announcements.showing import FIXED_SHOWS, nearest, texts_of
from feedback.announcements.words import SCOPES, SEVERITIES, State, state_in_words, state_of
from feedback.rises.models import Alert
from kb import worker
from kb.audit.recording import record
from kb.caching import private
from kb.db import db, utc_now
from kb.locales import current_locale, settings
from kb.rights import Right, requires

REMOVE = "announcement.remove"
LISTED = 200

blueprint = Blueprint("announcing", __name__, url_prefix="/studio/announcements")


def title_of(notice: Announcement) -> str:
    """Return the title nearest to the language of the page."""
    texts = texts_of(notice)
    return texts[nearest(texts, current_locale())].title if texts else ""


@blueprint.get("/")
@requires(Right.ANNOUNCE)
def listing() -> AnyResponse:
    """List them, what stands now first."""
    query = (
        select(Announcement)
        .options(selectinload(Announcement.texts))
        .order_by(Announcement.starts_at.desc(), Announcement.id.desc())
        .limit(LISTED)
    )
    now = utc_now()
    order = list(State)
    lines = [(each, state_of(each, now)) for each in db.session.scalars(query)]
    lines.sort(key=lambda line: order.index(line[1]))
    confirmed = Subscription.confirmed_at.is_not(None)
    followers = select(func.count()).where(confirmed, Subscription.announcement_id.is_(None))
    html = render_template(
        "feedback/announcements/list.html",
        lines=lines,
        title_of=title_of,
        severities=SEVERITIES,
        said=lambda notice: state_in_words(notice, now),
        followers=db.session.scalar(followers) or 0,
    )
    return private(html)


@blueprint.get("/new")
@requires(Right.ANNOUNCE)
def new() -> AnyResponse:
    """Show an empty form, or one begun with what an alert says."""
    return _page(None, _begun(request.args.get("alert", type=int)))


def _begun(alert_id: int | None) -> "MultiDict[str, str]":
    form = forms.blank()
    alert = db.session.get(Alert, alert_id) if alert_id and alert_id < 2**31 else None
    if alert is not None:
        form["issue"], form["severity"] = "yes", "minor"
        form[f"title-{alert.locale}"] = alert.name[:1].upper() + alert.name[1:]
    return form


@blueprint.post("/new")
@requires(Right.ANNOUNCE)
def add() -> AnyResponse:
    """Announce something."""
    return _taken(None)


@blueprint.get("/<int:number>")
@requires(Right.ANNOUNCE)
def one(number: int) -> AnyResponse:
    """Show an announcement's form."""
    notice = _found(number)
    return _page(notice, forms.form_of(notice))


@blueprint.post("/<int:number>")
@requires(Right.ANNOUNCE)
def save(number: int) -> AnyResponse:
    """Keep an announcement; what is not right yet is said, and nothing typed is lost."""
    return _taken(_found(number))


def _taken(notice: Announcement | None) -> AnyResponse:
    form, now = request.form, utc_now()
    categories = {each.category.id for each in flat(rows())}
    checked = forms.check(form, categories, now)
    if checked.errors or form.get("act") == "preview":
        return _page(notice, form, checked.errors, is_preview=not checked.errors)
    is_new = notice is None
    if notice is None:
        notice = Announcement(author_id=current_user.id)
        db.session.add(notice)
    forms.write_texts(notice, checked.values.pop("texts"))
    for name, value in checked.values.items():
        setattr(notice, name, value)
    act = "announcement.added" if is_new else "announcement.changed"
    _commit(notice, act)
    flash(_("“%(title)s” is kept: %(state)s.", title=title_of(notice),
            state=state_in_words(notice, now)), "done")  # fmt: skip
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


def _commit(notice: Announcement, act: str) -> None:
    """Commit with the entry of the log, and let the worker write to who must hear of it."""
    notice.updated_at = utc_now()
    db.session.flush()
    record(act, thing="announcement", thing_id=notice.id, label=title_of(notice))
    db.session.commit()
    worker.soon(current_app._get_current_object(), telling.TASK)  # type: ignore[attr-defined]


def _page(
    notice: Announcement | None,
    form: "MultiDict[str, str]",
    errors: dict[str, str] | None = None,
    *,
    is_preview: bool = False,
) -> AnyResponse:
    linked = telling.linked_requests(notice.id) if notice is not None and notice.is_issue else []
    html = render_template(
        "feedback/announcements/form.html",
        notice=notice,
        form=form,
        errors=errors or {},
        name=title_of(notice) if notice is not None else _("New announcement"),
        state=state_in_words(notice, utc_now()) if notice is not None else "",
        severities=SEVERITIES,
        scopes=SCOPES,
        categories=flat(rows()),
        previews=_previews(form) if is_preview else {},
        tag=telling.tag_of(notice.id) if notice is not None else "",
        linked=linked,
        stays=FIXED_SHOWS // timedelta(hours=1),
    )
    return private(html, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


def _previews(form: "MultiDict[str, str]") -> dict[str, tuple[str, str]]:
    """Return (title, HTML) by language, as readers would see them."""
    return {
        locale: (title, preview_html(form.get(f"body-{locale}", ""), title, locale, address_of))
        for locale in settings().locales
        if (title := form.get(f"title-{locale}", "").strip())
    }


@blueprint.post("/<int:number>/act")
@requires(Right.ANNOUNCE)
def act(number: int) -> AnyResponse:
    """Say that it is fixed, that it is not after all, or end it now."""
    notice, now = _found(number), utc_now()
    asked = request.form.get("act", "")
    if asked == "fixed":
        for text in notice.texts:
            words = request.form.get(f"fixed-{text.locale}", "").replace("\r\n", "\n")
            text.fixed_words = words.strip()[: forms.MAX_BODY]
        notice.fixed_at = notice.fixed_at or now
        _commit(notice, "announcement.fixed")
        flash(_("“%(title)s” is said to be fixed. Those who asked to hear of it are written to.",
                title=title_of(notice)), "done")  # fmt: skip
    elif asked == "broken" and notice.fixed_at is not None:
        notice.fixed_at = notice.fixed_told_at = None
        _commit(notice, "announcement.broken")
        flash(_("“%(title)s” stands as a known issue again.", title=title_of(notice)), "done")
    elif asked == "end":
        notice.ends_at = now
        _commit(notice, "announcement.end")
        flash(_("“%(title)s” is shown no more.", title=title_of(notice)), "done")
    else:
        abort(HTTPStatus.BAD_REQUEST)
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:number>/remove")
@requires(Right.ANNOUNCE)
def remove(number: int) -> AnyResponse:
    """Take an announcement away; it can be brought back, those who followed it alone cannot."""
    notice = _found(number)
    change = undo.keep(REMOVE, [_memory(notice)])
    title = title_of(notice)
    record("announcement.removed", thing="announcement", thing_id=number, label=title)
    db.session.delete(notice)
    db.session.commit()
    flash(_("“%(title)s” is gone.", title=title), "done")
    undo.offer(change)
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


MOMENTS = ("starts_at", "ends_at", "fixed_at", "announced_at", "fixed_told_at")
PLAIN = ("is_issue", "scopes", "category_ids", "article_id", "author_id", "is_mailed")


def _memory(notice: Announcement) -> dict[str, Any]:
    moments = {name: getattr(notice, name) for name in MOMENTS}
    return {
        "severity": notice.severity.value,
        "texts": [[t.locale, t.title, t.body, t.fixed_words] for t in notice.texts],
        **{name: getattr(notice, name) for name in PLAIN},
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def _unremove(change: ChangeSet) -> Undone:
    for was in change.before:
        db.session.add(forms.remembered(was, PLAIN, MOMENTS))
    return Undone(len(change.before))


def _found(number: int) -> Announcement:
    notice = db.session.get(Announcement, number) if number < 2**31 else None
    if notice is None:
        abort(HTTPStatus.NOT_FOUND)
    return notice


def init_app(app: Flask) -> None:
    """Serve the room, and know how an announcement comes back."""
    app.register_blueprint(blueprint)
    undo.register(app, REMOVE, _l("Announcement removed"), _unremove)
