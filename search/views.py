"""The search page and the suggestions while typing."""

from collections.abc import Sequence
from contextlib import suppress

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
from flask_security import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from articles.audience import readable_by, reader
from articles.categories import Branch, tree
from articles.models import Translation
from articles.queries import published
from articles.views import public_page
from kb.db import db
from kb.locales import settings
from kb.rights import Right, holds
from search import draft_checks, drafts, sync
from search.analysis import language_of
from search.encoders import EmbeddingUnavailable
from search.engine import SearchEngine
from search.exact import run_of
from search.explanation import Explanation
from search.filters import MAX_QUERY_LENGTH, address, asked, facets
from search.reading.people import asks_for_person
from search.reading.queries import Query, parse, tidy
from search.results import Results
from search.showing import ShownHit, inside_quotes, shown, visible
from search.signals import search_performed
from search.taught import learning, studio

PAGE_SIZE = 10
NEAREST_WHEN_WEAK = 4  # a long list of what does not answer helps nobody
MAX_SUGGESTIONS = 6
RELATED_ARTICLES = 4
LOST_PAGES = 3  # shown to somebody whose address leads nowhere

log = structlog.get_logger(__name__)
blueprint = Blueprint("search", __name__, template_folder="templates")


def engine() -> SearchEngine:
    """Return the search engine of the running application."""
    found: SearchEngine = current_app.extensions["kb_search"]
    return found


def wait_for_meaning(seconds: float) -> None:
    """Wait until the model is there, for what is in no hurry; without one, words alone speak."""
    encoder = engine().encoder
    if encoder is not None:
        with suppress(EmbeddingUnavailable):
            encoder.wait(seconds)


def audiences() -> frozenset[str]:
    """Return the audiences that the person who asks belongs to, as the engine takes them."""
    return frozenset(each.value for each in readable_by(reader()))


@blueprint.get("/<locale:locale>/search")
def search() -> AnyResponse:
    """Answer a question: the best passage, then the other articles."""
    query = asked("q")
    if not query:
        frame = _frame(tree(g.locale))
        html = render_template("search/results.html", query="", results=None, **frame)
        return public_page(make_response(html))
    page = max(request.args.get("page", 1, type=int), 1)
    results = engine().search(
        query,
        locale=g.locale,
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
        category=asked("category") or None,
        kind=asked("kind") or None,
        as_typed=bool(asked("exact")),
        audiences=audiences(),
    )
    is_for_person = wants_person(query, results.corrected)
    is_short = results.weak or is_for_person
    last = 1 if is_short else max(-(-results.total // PAGE_SIZE), 1)
    if page > last or (page > 1 and not results.hits):
        return redirect(address(page=last))
    hits = shown(results.hits, first_rank=(page - 1) * PAGE_SIZE + 1)
    if is_short:
        hits = hits[:NEAREST_WHEN_WEAK]
    search_performed.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        query=query,
        locale=g.locale,
        results=results,
        page=page,
        channel="site",
    )
    branches = tree(g.locale)
    html = render_template(
        "search/results.html",
        query=query,
        words=inside_quotes(query, g.locale),
        results=results,
        hits=hits,
        answer=None if is_for_person else answer_among(results, hits),
        wants_person=is_for_person,
        explanations=_explanations(query, hits),
        as_typed=address(exact=1, page=None),
        previous=address(page=page - 1) if page > 1 else None,
        next=address(page=page + 1) if page < last else None,
        **facets(results, branches),
        **_frame(branches),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def wants_person(query: str, corrected: str | None = None) -> bool:
    """Tell whether a query, or what it most likely meant, asks for a person."""
    return asks_for_person(query) or asks_for_person(corrected or "")


def _explanations(query: str, hits: Sequence[ShownHit]) -> dict[str, Explanation]:
    """Return why the hits stand where they stand, for those who write; nothing for readers.

    Pages of results are no public pages: they are made anew for each request, and kept by nobody.
    """
    if not (holds(current_user, Right.READ_STUDIO)):
        return {}
    ids = [hit.document_id for hit in hits]
    return engine().explain(
        query, ids, locale=g.locale, as_typed=bool(asked("exact")), audiences=audiences()
    )


def answer_among(results: Results, hits: Sequence[ShownHit]) -> ShownHit | None:
    """Return the hit to set as the answer: the very first, where it is sure enough.

    Who quotes a phrase wants just that: what does not show it is no answer.
    """
    is_sure = results.has_answer and not results.unmatched_phrases
    is_found = is_sure and bool(hits) and hits[0].rank == 1
    return hits[0] if is_found and _says_quoted(hits[0], parse(results.query)) else None


def _says_quoted(hit: ShownHit, query: Query) -> bool:
    """Tell whether the title or the sentence shown says every phrase that was quoted."""
    language = language_of(hit.locale)
    shown_words = _spaced(f"{hit.title} . {hit.snippet.striptags()}", language)
    return all(_spaced(phrase, language) in shown_words for phrase in query.phrases)


def _spaced(text: str, language: str) -> str:
    return f" {' '.join(word for _, word in run_of(text, language))} "


def _frame(categories: Sequence[Branch]) -> dict[str, object]:
    words = asked("q")
    return {
        "categories": categories,
        "alternates": {
            locale: url_for(".search", locale=locale, q=words or None)
            for locale in settings().locales
        },
    }


@blueprint.get("/<locale:locale>/suggest")
def suggest() -> AnyResponse:
    """Give the rows of the list under the search field, as an HTML fragment."""
    typed = asked("q")
    found = (
        engine().suggest(typed, locale=g.locale, limit=MAX_SUGGESTIONS, audiences=audiences())
        if typed
        else []
    )
    readable = visible({each.document_id for each in found})
    suggestions = [each for each in found if each.document_id in readable]
    html = render_template("search/_suggestions.html", suggestions=suggestions, typed=typed)
    return public_page(make_response(html))


def related_articles(translation: Translation) -> list[Translation]:
    """Return the articles nearest in meaning that the reader may read, in the same language."""
    near = engine().related(str(translation.id), limit=RELATED_ARTICLES, audiences=audiences())
    ids = [int(each) for each in near]
    readable = published(translation.locale, reader=reader())
    found = {each.id: each for each in db.session.scalars(readable.where(Translation.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


def nearest_pages(words: str) -> list[ShownHit]:
    """Return the pages that words of a lost address may have meant; none where none says them."""
    try:
        results = engine().search(
            tidy(words)[:MAX_QUERY_LENGTH],
            locale=g.locale,
            limit=LOST_PAGES,
            audiences=audiences(),
        )
        return shown([hit for hit in results.hits if not results.weak or hit.keyword_score > 0])
    except (SQLAlchemyError, OSError) as error:
        # The page that says what went wrong must not go wrong itself.
        log.warning("no nearest pages", exc_info=error)
        return []


def start_background_work(app: Flask) -> None:
    """Load the model and keep the index up to date, beside answering requests."""
    sync.start(app)
    learning.start(app)


def init_app(app: Flask) -> None:
    """Serve search, and open the index."""
    sync.init_app(app)
    drafts.init_app(app, app.extensions["kb_search"])
    app.register_blueprint(blueprint)
    app.register_blueprint(studio.blueprint)
    draft_checks.init_app(app)
    learning.init_app(app)
    app.jinja_env.globals.update(related_articles=related_articles, nearest_pages=nearest_pages)
