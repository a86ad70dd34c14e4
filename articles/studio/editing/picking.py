"""Articles to link to: found by title, address or key, with their headings; those not public marked."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Flask, abort, render_template, request
from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.wrappers import Response as AnyResponse

from articles.markdown import article_link, fold, render
from articles.models import Article, Revision, SlugHistory, Status, Translation
from articles.rights import within
from articles.studio.editing.editor import translation_at
from articles.studio.seeking import folded_name, holds_name, plain
from articles.views import site_root
from kb.caching import private
from kb.db import db
from kb.rights import Right, requires

MAX_FOUND = 8  # articles
MAX_HEADINGS = 12  # of the first article found, or of each while few are
FEW = 2

blueprint = Blueprint("picking", __name__, url_prefix="/studio/drafts")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to link to: an article, or a heading of it."""

    address: str
    title: str
    heading: str = ""
    locale: str = ""
    state: str = ""  # "" when readers see it


@blueprint.get("/<int:number>/links")
@requires(Right.WRITE)
def find(number: int) -> AnyResponse:
    """List the places that a query names, as options; an address of the site gives that place."""
    translation = translation_at(number)
    query = " ".join(request.args.get("q", "").split())
    if len(query) > 300:
        abort(HTTPStatus.BAD_REQUEST)
    html = render_template(
        "articles/studio/_link_places.html", places=places(query, translation), query=query
    )
    return private(html)


def places(query: str, beside: Translation) -> list[Place]:
    """Return where a query leads, articles in the language of `beside` first."""
    if not query:
        return []
    pasted = at_address(query)
    if pasted is not None:
        return [pasted]
    words, _, wanted = query.partition("#")
    found = list(db.session.scalars(matching(words.strip(), beside)))
    listed: list[Place] = []
    for each in found:
        listed.append(_place(each))
        if wanted or len(found) <= FEW or each is found[0]:
            listed += _headings(each, wanted)
    return listed


def matching(words: str, beside: Translation) -> Select[Translation]:
    """Select what is called so: titles that begin so first, then whatever holds each word."""
    each_word = [
        or_(
            *(holds_name(name, word) for name in (Translation.title, Translation.slug, Article.key))
        )
        for word in words.split()
    ]
    starts = folded_name(Translation.title).startswith(plain(words), autoescape=True)
    query = (
        select(Translation)
        .join(Translation.article)
        .options(contains_eager(Translation.article), joinedload(Translation.public_revision))
        .where(Translation.id != beside.id, *each_word)
        .order_by(
            (Translation.locale == beside.locale).desc(),
            case((starts, 0), else_=1),
            func.length(Translation.title),
            Translation.id,
        )
        .limit(MAX_FOUND)
    )
    return within(query)


def _place(translation: Translation, *, anchor: str = "", heading: str = "") -> Place:
    status = translation.status()
    shown = status is Status.PUBLISHED and translation.public_revision_id is not None
    return Place(
        article_link(translation.article.key, anchor),
        translation.title,
        heading,
        translation.locale,
        "" if shown else status.value,
    )


def _headings(translation: Translation, wanted: str) -> list[Place]:
    """Return the headings of an article, those that hold `wanted` where something is wanted."""
    last = translation.public_revision or db.session.scalar(
        select(Revision)
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    if last is None:
        return []
    made = render(last.body, locale=translation.locale, title=last.title)
    sections = [each for each in made.sections if each.anchor]
    if wanted:
        sections = [each for each in sections if fold(wanted) in fold(each.path[-1])]
    return [
        _place(translation, anchor=each.anchor, heading=each.path[-1])
        for each in sections[:MAX_HEADINGS]
    ]


def at_address(text: str) -> Place | None:
    """Return the place that an address of this very site leads to, also one it had before."""
    try:
        url = urlsplit(text)
    except ValueError:  # not an address at all
        return None
    own = {urlsplit(site_root()).netloc, request.host}
    if url.scheme not in {"http", "https", ""} or (url.netloc and url.netloc not in own):
        return None
    parts = [unquote(each) for each in url.path.split("/") if each]
    if len(parts) != 3 or parts[1] != "articles":
        return None
    found = _article_at(parts[0], parts[2].removesuffix(".md"))
    if found is None:
        return None
    anchor = unquote(url.fragment)
    named = {each.anchor: each.heading for each in _anchored(found)} if anchor else {}
    return _place(found, anchor=anchor if anchor in named else "", heading=named.get(anchor, ""))


def _anchored(translation: Translation) -> list["_Anchored"]:
    revision = translation.public_revision
    if revision is None:
        return []
    made = render(revision.body, locale=translation.locale, title=revision.title)
    return [_Anchored(each.anchor, each.path[-1]) for each in made.sections if each.anchor]


@dataclass(frozen=True, slots=True)
class _Anchored:
    anchor: str
    heading: str


def _article_at(locale: str, slug: str) -> Translation | None:
    here = select(Translation).join(Translation.article).where(Translation.locale == locale)
    now = here.where(Translation.slug == slug)
    before = here.join(SlugHistory, SlugHistory.translation_id == Translation.id).where(
        SlugHistory.locale == locale, SlugHistory.slug == slug
    )
    return db.session.scalar(within(now)) or db.session.scalar(within(before))


def init_app(app: Flask) -> None:
    """Answer the picker."""
    app.register_blueprint(blueprint)
