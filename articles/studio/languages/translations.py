"""How far each language is, and what to translate next: where most readers are comes first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles import categorising
from articles.coverage import Coverage, Text, coverage, work
from articles.models import Article, Category, Translation
from articles.noting import note
from articles.publishing import commit_changes
from articles.rights import demand
from articles.studio.organising.words import name_of
from articles.translating import begin as begin_translation
from articles.translating import mark_ready
from articles.translation_source import source_of
from articles.translation_standing import Standing
from articles.translation_state import texts_for_me
from kb.accounts.present import who
from kb.caching import private
from kb.db import db
from kb.locales import settings
from kb.rights import Right, holds, requires

PAGE = 50  # rows of the list of work

blueprint = Blueprint("translations", __name__, url_prefix="/studio")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the site, and how far it is: in all, and in each category from the top."""

    locale: str
    all: Coverage
    by_category: Mapping[int, Coverage]


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the work is shown."""

    locale: str
    standing: str
    category: int | None
    is_held: bool
    page: int


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the list: what to translate, and the draft that was begun, if there is one."""

    text: Text
    draft_id: int | None


@blueprint.get("/translations")
@requires(Right.READ_STUDIO)
def overview() -> AnyResponse:
    """Show coverage and work."""
    everything = texts_for_me()
    filters = _filters()
    tops = _tops()
    found = _filtered(everything, filters, tops)
    first = (filters.page - 1) * PAGE
    html = render_template(
        "articles/studio/translations.html",
        languages=_languages(everything, tops),
        categories=_names(tops),
        filters=filters,
        count=len(found),
        jobs=jobs(found[first : first + PAGE]),
        pages=max(1, -(-len(found) // PAGE)),
        held=sum(each.is_held for each in everything),
        has_visits=any(each.visits for each in everything),
        standing_name=standing_name,
        may_review=holds(current_user, Right.REVIEW),
    )
    return private(html)


def _filters() -> Filters:
    sent = request.args
    return Filters(
        locale=sent.get("language", "") if sent.get("language") in settings().locales else "",
        standing=sent.get("state", "") if sent.get("state") in set(Standing) else "",
        category=sent.get("category", type=int),
        is_held=sent.get("state") == "held",
        page=min(max(sent.get("page", 1, type=int), 1), 10_000),
    )


def _filtered(texts: Sequence[Text], filters: Filters, tops: Mapping[int, int]) -> list[Text]:
    chosen = [each for each in texts if each.is_held] if filters.is_held else work(texts)
    return [
        each
        for each in chosen
        if filters.locale in {"", each.locale}
        and (filters.is_held or filters.standing in {"", each.standing})
        and filters.category in {None, tops.get(each.category_id or 0, 0)}
    ]


def _tops() -> dict[int, int]:
    """Return the category at the top that each category lies under; 0 stands for none."""
    shape = categorising.hierarchy()
    return {inside: top for top in shape.below(None) for inside in shape.within(top)}


def _names(tops: Mapping[int, int]) -> dict[int, str]:
    order = categorising.hierarchy().below(None)
    rows = db.session.scalars(select(Category).where(Category.id.in_(set(tops.values()))))
    known = {each.id: name_of(each) for each in rows}
    return {each: known[each] for each in order} | {0: str(_("in no category"))}


def _languages(texts: Iterable[Text], tops: Mapping[int, int]) -> list[Language]:
    grouped: dict[str, list[Text]] = {locale: [] for locale in settings().locales}
    for each in texts:
        if each.locale in grouped:
            grouped[each.locale].append(each)
    found = []
    for locale, theirs in grouped.items():
        shelves = defaultdict(list)
        for each in theirs:
            shelves[tops.get(each.category_id or 0, 0)].append(each)
        by_category = {top: coverage(inside) for top, inside in shelves.items()}
        found.append(Language(locale, coverage(theirs), by_category))
    return found


def jobs(texts: Sequence[Text]) -> list[Job]:
    """Return rows with the drafts that were begun where readers have nothing yet."""
    ids = {each.article_id for each in texts}
    query = select(Translation.article_id, Translation.locale, Translation.id)
    rows = db.session.execute(query.where(Translation.article_id.in_(ids)))
    drafts = {(row.article_id, row.locale): row.id for row in rows}
    return [
        Job(each, each.translation_id or drafts.get((each.article_id, each.locale)))
        for each in texts
    ]


def standing_name(standing: Standing) -> str:
    """Say where a language stands."""
    return {
        Standing.CURRENT: str(_("up to date")),
        Standing.REFRESH: str(_("could be refreshed")),
        Standing.OUTDATED: str(_("out of date")),
        Standing.MISSING: str(_("missing")),
    }[standing]


# Beginning, and holding back


@blueprint.get("/articles/<int:article_id>")
@requires(Right.READ_STUDIO)
def source(article_id: int) -> AnyResponse:
    """Lead from an article to the text that its translations are made from."""
    article = db.session.get(Article, article_id) or abort(HTTPStatus.NOT_FOUND)
    demand(Right.READ_STUDIO, article)
    return redirect(url_for("drafts.draft", number=source_of(article).id), HTTPStatus.SEE_OTHER)


@blueprint.post("/articles/<int:article_id>/translations")
@requires(Right.WRITE)
def begin(article_id: int) -> AnyResponse:
    """Begin an article in another language, by its structure or by the text of the source."""
    article = db.session.get(Article, article_id) or abort(HTTPStatus.NOT_FOUND)
    demand(Right.WRITE, article)
    locale = request.form.get("language", "")
    if locale not in settings().locales:
        abort(HTTPStatus.BAD_REQUEST)
    with_text = request.form.get("begin") == "text"
    translation = begin_translation(article, locale, with_text=with_text, by=who())
    return redirect(url_for("translate.page", number=translation.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/articles/<int:article_id>/ready")
@requires(Right.REVIEW)
def ready(article_id: int) -> AnyResponse:
    """Call the public words of the source ready for translation, or hold them back."""
    article = db.session.get(Article, article_id) or abort(HTTPStatus.NOT_FOUND)
    demand(Right.REVIEW, article)
    source = source_of(article)
    revision = source.public_revision
    if revision is None:
        abort(HTTPStatus.CONFLICT)
    is_ready = request.form.get("ready") == "1"
    mark_ready(revision, ready=is_ready)
    note("translation.ready" if is_ready else "translation.held", source, revision)
    commit_changes()
    if is_ready:
        flash(_("“%(title)s” is ready: it asks for its translations.", title=source.title), "done")
    else:
        flash(_("“%(title)s” waits: nobody is asked to translate it.", title=source.title), "done")
    back = request.form.get("back", type=int)  # a draft whose editor the button stood beside
    url = url_for("drafts.draft", number=back) if back else url_for(".overview", state="held")
    return redirect(url, HTTPStatus.SEE_OTHER)


def init_app(app: Flask) -> None:
    """Serve the room."""
    app.register_blueprint(blueprint)
