"""The search page and the suggestions while typing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from articles.categories import Branch, tree
from articles.markdown.tokens import split
from articles.markdown.typography import typeset_html
from articles.models import Article, Kind, Translation
from articles.queries import published
from articles.views import address_of, public_page
from kb.db import db
from kb.locales import settings
from search import sync
from search.engine import SearchEngine
from search.people import asks_for_person
from search.queries import tidy
from search.results import Hit, Results
from search.signals import search_performed

PAGE_SIZE = 10
NEAREST_WHEN_WEAK = 4  # a long list of what does not answer helps nobody
MAX_QUERY_LENGTH = 300  # characters; what is longer is a letter, and its beginning says enough
MAX_SUGGESTIONS = 6
RELATED_ARTICLES = 4
LOST_PAGES = 3  # shown to somebody whose address leads nowhere

log = structlog.get_logger(__name__)
blueprint = Blueprint("search", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it."""

    title: str
    path: tuple[str, ...]
    snippet: Markup
    address: str
    locale: str
    is_other_locale: bool
    category_name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the results, with what it would leave."""

    key: str
    name: str
    count: int
    address: str
    is_active: bool


def engine() -> SearchEngine:
    """Return the search engine of the running application."""
    found: SearchEngine = current_app.extensions["kb_search"]
    return found


@blueprint.get("/<locale:locale>/search")
def search() -> AnyResponse:
    """Answer a question: the best passage, then the other articles."""
    query = _asked("q")
    if not query:
        html = render_template("search/results.html", query="", results=None, **_frame())
        return public_page(make_response(html))
    page = max(request.args.get("page", 1, type=int), 1)
    results = engine().search(
        query,
        locale=g.locale,
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
        category=_asked("category") or None,
        kind=_asked("kind") or None,
    )
    if page > 1 and not results.hits:
        return redirect(_address(page=_last_page(results)))
    hits = shown(results.hits, first_rank=(page - 1) * PAGE_SIZE + 1)
    if results.weak:
        hits = hits[:NEAREST_WHEN_WEAK]
    search_performed.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        query=query,
        locale=g.locale,
        results=results,
        page=page,
    )
    html = render_template(
        "search/results.html",
        query=query,
        results=results,
        hits=hits,
        answer=_answer(results, hits),
        asks_for_person=asks_for_person(query),
        previous=_address(page=page - 1) if page > 1 else None,
        next=_address(page=page + 1) if _has_more(results, page) else None,
        **_facets(results),
        **_frame(),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _asked(argument: str) -> str:
    """Return an argument of the address as one line of printable text."""
    return tidy(request.args.get(argument, ""))[:MAX_QUERY_LENGTH]


def _answer(results: Results, hits: Sequence[ShownHit]) -> ShownHit | None:
    """Return the hit to set as the answer: the very first, where it is sure enough."""
    return hits[0] if results.has_answer and hits and hits[0].rank == 1 else None


def _has_more(results: Results, page: int) -> bool:
    return page < _last_page(results)


def _last_page(results: Results) -> int:
    """Return the number of the last page; of what does not answer, only the nearest is shown."""
    return 1 if results.weak else max(-(-results.total // PAGE_SIZE), 1)


def _frame() -> dict[str, object]:
    words = _asked("q")
    return {
        "categories": tree(g.locale),
        "alternates": {
            locale: url_for(".search", locale=locale, q=words or None)
            for locale in settings().locales
        },
    }


def _address(**changes: object) -> str:
    arguments = {name: _asked(name) or None for name in ("q", "category", "kind")}
    return url_for(".search", **{**arguments, **changes})  # type: ignore[arg-type]


def _facets(results: Results) -> dict[str, list[Facet]]:
    branches = [branch for top in tree(g.locale) for branch in top.walk()]
    return {
        "category_facets": _category_facets(branches, results),
        "filters": _filters({branch.key: branch.name for branch in branches}),
        "kind_facets": [
            _facet("kind", kind.value, kind.value, results.facets.kinds.get(kind.value, 0))
            for kind in Kind
            if results.facets.kinds.get(kind.value)
        ],
    }


def _filters(category_names: Mapping[str, str]) -> list[Facet]:
    """Return what the search was narrowed to, known to the site or not."""
    asked = {name: _asked(name) for name in ("category", "kind")}
    return [
        Facet(key, category_names.get(key, key), 0, _address(**{argument: None}), is_active=True)
        for argument, key in asked.items()
        if key
    ]


def _category_facets(branches: Sequence[Branch], results: Results) -> list[Facet]:
    return [
        _facet("category", branch.key, branch.name, count)
        for branch in branches
        if (count := results.facets.categories.get(branch.key))
    ]


def _facet(argument: str, key: str, name: str, count: int) -> Facet:
    is_active = _asked(argument) == key
    address = _address(**{argument: None if is_active else key})
    return Facet(key, name, count, address, is_active)


def shown(hits: Sequence[Hit], *, first_rank: int = 1) -> list[ShownHit]:
    """Return the hits with their addresses, leaving out what the public may no longer read.

    The index may lag behind the database by a moment; an archived article must not show.
    """
    visible = _visible({int(hit.document_id) for hit in hits})
    return [
        _shown_hit(hit, visible[int(hit.document_id)], rank)
        for rank, hit in enumerate(hits, first_rank)
        if int(hit.document_id) in visible
    ]


def _visible(ids: set[int]) -> dict[int, Translation]:
    query = published().where(Translation.id.in_(ids))
    found = db.session.scalars(query.options(joinedload(Translation.article, Article.category)))
    return {each.id: each for each in found}


def _shown_hit(hit: Hit, translation: Translation, rank: int) -> ShownHit:
    category = translation.article.category
    # Made by search.snippets, which escapes; here it gets the spaces of its language.
    snippet = "".join(typeset_html(split(hit.snippet), translation.locale))
    return ShownHit(
        title=translation.title,
        path=tuple(hit.path),
        snippet=Markup(snippet),  # noqa: S704
        address=address_of(translation) + (f"#{hit.anchor}" if hit.anchor else ""),
        locale=translation.locale,
        is_other_locale=translation.locale != g.locale,
        category_name=category.name_in(g.locale).name if category else "",
        rank=rank,
    )


@blueprint.get("/<locale:locale>/suggest")
def suggest() -> AnyResponse:
    """Give the rows of the list under the search field, as an HTML fragment."""
    typed = _asked("q")
    found = engine().suggest(typed, locale=g.locale, limit=MAX_SUGGESTIONS) if typed else []
    visible = _visible({int(each.document_id) for each in found})
    suggestions = [each for each in found if int(each.document_id) in visible]
    html = render_template("search/_suggestions.html", suggestions=suggestions, typed=typed)
    return public_page(make_response(html))


def related_articles(translation: Translation) -> list[Translation]:
    """Return the public articles nearest in meaning, in the same language, nearest first."""
    ids = [int(each) for each in engine().related(str(translation.id), limit=RELATED_ARTICLES)]
    found = {
        each.id: each
        for each in db.session.scalars(published(translation.locale).where(Translation.id.in_(ids)))
    }
    return [found[each] for each in ids if each in found]


def nearest_pages(words: str) -> list[ShownHit]:
    """Return the pages that words of a lost address may have meant; none where none says them."""
    try:
        results = engine().search(tidy(words)[:MAX_QUERY_LENGTH], locale=g.locale, limit=LOST_PAGES)
        return shown([hit for hit in results.hits if not results.weak or hit.keyword_score > 0])
    except (SQLAlchemyError, OSError) as error:
        # The page that says what went wrong must not go wrong itself.
        log.warning("no nearest pages", exc_info=error)
        return []


def start_background_work(app: Flask) -> None:
    """Load the model and keep the index up to date, beside answering requests."""
    sync.start(app)


def init_app(app: Flask) -> None:
    """Serve search, and open the index."""
    sync.init_app(app)
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(related_articles=related_articles, nearest_pages=nearest_pages)
