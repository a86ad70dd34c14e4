"""The pages of verification: what is to be read again, the rules of categories, and the letter's link."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
)
from flask import url_for as _url
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from articles.filing import verify_on
from articles.models import Article, Category
from articles.rights import demand
from articles.studio import undo
from articles.studio.listing.bulk import name_of
from articles.studio.verifying import due as verifying
from articles.studio.verifying import letters as verify_letters
from articles.studio.verifying import ruling
from articles.studio.verifying.due import Due
from articles.studio.verifying.rules import MAX_DAYS, due_at, last_right, rules
from kb.accounts.models import User
from kb.accounts.present import who
from kb.caching import private
from kb.db import db, utc_now
from kb.extensions import FLOOD, limiter
from kb.locales import current_locale, settings
from kb.rights import Right, holds, requires
from kb.security import is_same_origin
from kb.worker import tasks

EVERY = timedelta(minutes=10)
SHOWN = 100  # articles of the page; with more, those due longest

blueprint = Blueprint("verifying", __name__, url_prefix="/studio/verify")
letters = Blueprint("verify_letters", __name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article to be read again, as the page shows it."""

    article: Article
    title: str
    locale: str
    translation_id: int
    due_at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A category with its own rule, and the one it follows."""

    category: Category
    name: str
    depth: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What the editor says of an article: when it was last right, and when it is due."""

    verified_at: datetime | None
    verified_by: str
    due_at: datetime | None
    is_due: bool
    own_date: str
    days: int | None


@blueprint.get("")
@requires(Right.WRITE)
def overview() -> AnyResponse:
    """Show what the reader is asked about, or everybody, and the rules for whoever may change them."""
    everybody = request.args.get("whose") == "all"
    due = verifying.due() if everybody else verifying.due_for(current_user)
    return _private(
        "verify.html",
        everybody=everybody,
        waiting=_waiting(due[:SHOWN]),
        count=len(due),
        shown=SHOWN,
        rules=_ruled() if holds(current_user, Right.ORGANISE) else (),
        max_days=MAX_DAYS,
    )


def _waiting(due: list[Due]) -> list[Waiting]:
    articles = {
        each.id: each
        for each in db.session.scalars(
            select(Article)
            .where(Article.id.in_([each.article_id for each in due]))
            .options(selectinload(Article.translations))
        )
    }
    people = {
        each.id: each.shown_name
        for each in db.session.scalars(
            select(User).where(User.id.in_({each.person_id for each in due} - {None}))
        )
    }
    return [
        _line(articles[each.article_id], each, people.get(each.person_id or 0, ""))
        for each in due
        if articles[each.article_id].translations
    ]


def _line(article: Article, due: Due, person: str) -> Waiting:
    here = current_locale()
    shown = min(
        article.translations,
        key=lambda one: (one.locale != here, one.locale != article.source_locale, one.id),
    )
    return Waiting(article, shown.title, shown.locale, shown.id, due.due_at, person)


def _ruled() -> list[Ruled]:
    rows = db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    held, below = rules(), dict[int | None, list[Category]]()
    for each in rows:
        below.setdefault(each.parent_id, []).append(each)
    flat: list[Ruled] = []

    def walk(parent: int | None, depth: int) -> None:
        for each in below.get(parent, []):
            flat.append(Ruled(each, each.name_in(current_locale()).name, depth, held.get(each.id)))
            walk(each.id, depth + 1)

    walk(None, 0)
    return flat


@blueprint.post("/rules/<int:number>")
@requires(Right.ORGANISE)
def rule(number: int) -> AnyResponse:
    """Set the rule of a category; what is due already gets its turn in the weeks to come."""
    category = db.session.get(Category, number)
    if category is None:
        abort(HTTPStatus.NOT_FOUND)
    said = request.form.get("days", "").strip()
    if said and not (said.isascii() and said.isdigit() and int(said[:6]) <= MAX_DAYS):
        flash(_("Name a number of days, %(most)s at most.", most=MAX_DAYS), "error")
        return redirect(_url(".overview", _anchor="rules"), HTTPStatus.SEE_OTHER)
    change = ruling.set_rule(category, int(said) if said else None)
    db.session.commit()
    if change is not None:
        _say_rule(category, sum("article" in each and bool(each["new"]) for each in change.before))
        undo.offer(change)
    return redirect(_url(".overview", _anchor="rules"), HTTPStatus.SEE_OTHER)


def _say_rule(category: Category, later: int) -> None:
    name = category.name_in(current_locale()).name
    flash(_("The rule of “%(name)s” is kept.", name=name), "done")
    if later:
        flash(
            ngettext(
                "%(num)s article gets its turn in the weeks to come, so that nobody is asked for "
                "everything at once.",
                "%(num)s articles get their turns in the weeks to come, so that nobody is asked for "
                "everything at once.",
                later,
            ),
            "done",
        )


@blueprint.post("/<int:number>/right")
@requires(Right.WRITE)
def still_right(number: int) -> AnyResponse:
    """Note that an article is still right, and offer to take that back."""
    article = _article(number)
    demand(Right.WRITE, article)
    old, name = verifying.state_of(article), name_of(article)
    verifying.confirm(article, by=who(), title=name)
    db.session.flush()
    change = undo.keep(
        verifying.VERIFIED, [{"id": article.id, "old": old, "new": verifying.state_of(article)}]
    )
    db.session.commit()
    flash(_("“%(title)s” is noted as still right.", title=name), "done")
    undo.offer(change)
    return _back()


@blueprint.post("/<int:number>/date")
@requires(Right.WRITE)
def own_date(number: int) -> AnyResponse:
    """Give an article a date of its own, or none."""
    article = _article(number)
    demand(Right.WRITE, article)
    said = request.form.get("verify_by", "").strip()
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError:
        flash(_("Name a date, such as 2027-03-01."), "error")
        return _back()
    verify_on(article, day, name_of(article))
    db.session.commit()
    flash(_("The date is kept."), "done")
    return _back()


def _article(number: int) -> Article:
    article = db.session.get(Article, number)
    if article is None:
        abort(HTTPStatus.NOT_FOUND)
    return article


def _back() -> AnyResponse:
    came_from = request.referrer or ""
    if is_same_origin() and came_from.startswith(request.host_url + "studio/"):
        return redirect(came_from, HTTPStatus.SEE_OTHER)
    return redirect(_url(".overview"), HTTPStatus.SEE_OTHER)


@letters.get("/<locale:locale>/verify/<token>")
def ask(token: str) -> AnyResponse:
    """Ask whether an article is still right: a program that opens the links of mail says nothing."""
    found = verify_letters.read_token(token)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return _letter_page(token, *found, is_said=False)


@letters.post("/<locale:locale>/verify/<token>")
@limiter.limit(FLOOD)
def say(token: str) -> AnyResponse:
    """Note that an article is still right, in the name of whom the letter was written to."""
    found = verify_letters.read_token(token)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    user, article = found
    verifying.confirm(article, by=user.shown_name, title=name_of(article))
    db.session.commit()
    return _letter_page(token, user, article, is_said=True)


def _letter_page(token: str, user: User, article: Article, *, is_said: bool) -> AnyResponse:
    alternates = {each: _url(".ask", locale=each, token=token) for each in settings().locales}
    return _private(
        "verify_letter.html",
        token=token,
        reader=user,
        title=name_of(article),
        is_said=is_said,
        alternates=alternates,
        locale=g.locale,
        edit=_url("drafts.draft", number=article.translations[0].id),
    )


def verification_of(article: Article) -> Verification:
    """Return what the editor says about the verification of an article."""
    right = db.session.scalar(select(last_right()).where(Article.id == article.id))
    days = rules().get(article.category_id or 0)
    at = due_at(article.verify_by, right, days)
    zone = ZoneInfo(settings().timezone)
    own = article.verify_by.astimezone(zone).date().isoformat() if article.verify_by else ""
    return Verification(
        article.verified_at,
        article.verified_by,
        at,
        at is not None and at <= utc_now(),
        own,
        days,
    )


def _private(template: str, /, **context: object) -> AnyResponse:
    return private(render_template(f"articles/studio/{template}", **context))


def init_app(app: Flask) -> None:
    """Serve the pages, and write the letters by the clock."""
    app.register_blueprint(blueprint)
    app.register_blueprint(letters)
    verifying.init_app(app)
    ruling.init_app(app)
    app.jinja_env.globals["verification_of"] = verification_of
    tasks.register(app, "verify_letters", EVERY, verify_letters.send_due)
