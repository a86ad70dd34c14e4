"""Go anywhere by typing: articles and drafts by title, address or key, rooms, and something new."""

from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Article, Translation
from articles.rights import within
from articles.studio import rooms
from articles.studio.seeking import holds_name, plain
from kb.caching import private
from kb.db import db
from kb.locales import current_locale
from kb.rights import Right, requires

SHOWN = 8  # articles; more is what the list of articles is for
MAX_QUERY = 200  # characters

blueprint = Blueprint("palette", __name__, url_prefix="/studio/go")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one can go: `about` says what it is beside its name, `locale` the language of the name."""

    label: str
    url: str
    about: str = ""
    locale: str = ""


@blueprint.get("")
@requires(Right.READ_STUDIO)
def go() -> AnyResponse:
    """Offer the same without JavaScript: a field, and what was found for it."""
    query = _asked()
    return private(
        render_template("articles/studio/go.html", query=query, places=places_for(query))
    )


@blueprint.get("/found")
@requires(Right.READ_STUDIO)
def found() -> AnyResponse:
    """Return the options of the palette for what was typed."""
    query = _asked()
    return private(
        render_template("articles/studio/_places.html", query=query, places=places_for(query))
    )


def _asked() -> str:
    return " ".join(request.args.get("q", "").split())[:MAX_QUERY]


def places_for(query: str) -> list[Place]:
    """Return the places for what was typed; all rooms for nothing."""
    wanted = plain(query)
    doors = [
        Place(each.label, each.url, str(_("room")))
        for each in rooms.doors()
        if wanted in plain(each.label)
    ]
    begun = rooms.new_article_at()
    new = [Place(str(_("New article")), begun, str(_("begin to write")))] if begun else []
    new = [each for each in new if wanted in plain(each.label)]
    if not query:
        return [*new, *doors]
    return [*articles_for(query), *doors, *new, *_searches(query)]


def articles_for(query: str) -> list[Place]:
    """Return the articles and drafts whose title, address or key holds all words of the query."""
    return [_place(each) for each in db.session.scalars(_matching(query))]


def _place(translation: Translation) -> Place:
    is_public = translation.public_revision_id is not None
    about = (
        translation.slug if is_public else str(_("%(address)s · draft", address=translation.slug))
    )
    url = url_for("drafts.draft", number=translation.id)
    return Place(translation.title, url, about, translation.locale)


def _matching(query: str) -> Select[Translation]:
    words = query.casefold().split()
    wanted = [
        or_(
            holds_name(Translation.title, word),
            holds_name(Translation.slug, word),
            holds_name(Article.key, word),
        )
        for word in words
    ]
    title = func.lower(Translation.title)
    nearness = case(
        (title == query.casefold(), 0),
        (Translation.slug == query.casefold(), 0),
        (title.startswith(query.casefold(), autoescape=True), 1),
        else_=2,
    )
    return (
        within(select(Translation).join(Translation.article))
        .options(contains_eager(Translation.article))
        .where(*wanted)
        .order_by(
            nearness, (Translation.locale != current_locale()), Translation.title, Translation.id
        )
        .limit(SHOWN)
    )


def _searches(query: str) -> list[Place]:
    """Return the same query asked elsewhere: of the list of articles, and of readers' search."""
    return [
        Place(
            str(_("All articles with “%(query)s”", query=query)),
            url_for("listing.articles", q=query),
            str(_("list")),
        ),
        Place(
            str(_("Search as readers do: “%(query)s”", query=query)),
            url_for("search.search", q=query),
            str(_("search")),
        ),
    ]


def init_app(app: Flask) -> None:
    """Serve the palette."""
    app.register_blueprint(blueprint)
