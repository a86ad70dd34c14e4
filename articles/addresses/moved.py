"""What a reader gets who asks for an address that was left: one redirect to where things are now."""

from http import HTTPStatus

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles.addresses import leading
from articles.audience import reader
from articles.categories import Branch, path_to, tree
from articles.models import Audience, Category
from articles.queries import category_at
from kb.caching import KEPT_BY_NOBODY
from kb.db import db
from kb.locales import current_locale, settings

# As pages: browsers ask again each time, for what took over may itself be renamed.
CACHE_CONTROL = "public, max-age=0, s-maxage=60, must-revalidate"


def article(slug: str, endpoint: str = "articles.article") -> AnyResponse | None:
    """Redirect an address that an article had, or one in capitals; None where nothing is known."""
    found = leading.holder(g.locale, slug) or leading.holder(g.locale, slug.lower())
    url = _article_url(found, endpoint) if found else None
    return _moved(url)


def category(slug: str) -> AnyResponse | None:
    """Redirect an address that a category had, or has in another language."""
    former = leading.former_category(g.locale, slug)
    if former is not None:
        return _moved(_category_url(former.category_id, g.locale))
    found = db.session.scalar(category_at(g.locale, slug.lower()))
    branches = path_to(tree(g.locale), found.id if found is not None else None)
    return _moved(_page_of(branches[-1])) if branches else None


def former_site() -> AnyResponse | None:
    """Redirect a path of a former site: asked when nothing else answers."""
    found = leading.old_address(request.path, request.query_string.decode("utf-8", "replace"))
    if found is None:
        return None
    if found.translation_id is not None:
        return _moved(_article_url(found.translation_id, "articles.article"))
    return _moved(_category_url(found.category_id, _locale_of(request.path)))


def _article_url(translation_id: int, endpoint: str) -> str | None:
    page = leading.articles_now([translation_id], reader()).get(translation_id)
    return url_for(endpoint, locale=page.locale, slug=page.slug) if page is not None else None


def _category_url(category_id: int | None, locale: str) -> str | None:
    """Return the page of a category, else of the nearest above it that has something to read."""
    while category_id is not None:
        branches = path_to(tree(locale), category_id)
        if branches:
            return _page_of(branches[-1], locale)
        found = db.session.get(Category, category_id)
        category_id = found.parent_id if found is not None else None
        if category_id is None:
            return None
    return url_for("articles.home", locale=locale)


def _page_of(branch: Branch, locale: str | None = None) -> str:
    return url_for("articles.category", locale=locale or g.locale, slug=branch.slug)


def _locale_of(path: str) -> str:
    """Return the language that a path of a former site speaks of, such as /hc/en-us/sections/1."""
    known = settings().locales
    for segment in path.lower().split("/")[1:4]:
        for locale in (segment, segment.partition("-")[0]):
            if locale in known:
                return locale
    return current_locale()


def _moved(url: str | None) -> AnyResponse | None:
    if url is None or url == request.path:
        return None
    response = redirect(url, HTTPStatus.MOVED_PERMANENTLY)
    is_for_all = reader() is Audience.EVERYONE
    response.headers["Cache-Control"] = CACHE_CONTROL if is_for_all else KEPT_BY_NOBODY
    return response


def init_app(app: Flask) -> None:
    """Answer for former sites where nothing else does."""
    app.extensions.setdefault("kb_when_nothing_is_found", []).append(former_site)
