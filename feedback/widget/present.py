"""Who asks through the widget, and for which article."""

from http import HTTPStatus
from typing import Any

from flask import Response, abort, g, jsonify, request
from sqlalchemy.orm import joinedload

from articles.addresses import leading
from articles.audience import reader
from articles.models import Revision, Translation
from articles.queries import by_slug
from feedback.intents import clean
from feedback.visitors import Visitor, current_visitor, take_token, token_of
from kb.db import db
from kb.locales import settings


def said(name: str, most: int = 300) -> str:
    """Return a field as one line of printable text."""
    return clean(request.form.get(name, ""), most)


def is_preview() -> bool:
    """Tell whether a lead tries the widget in the studio: nothing of it counts."""
    return request.form.get("preview") == "1"


def visitor() -> Visitor:
    """Return who asks: by the token that the page kept since they last acted, else as everywhere."""
    take_token(request.form.get("visitor", ""))
    return current_visitor(request)


def answer(facts: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return what the widget shows next."""
    response = jsonify(facts)
    response.status_code = status
    return response


def remembered(who: Visitor) -> dict[str, str]:
    """Return the token for somebody who has acted; of who asks for privacy, nothing is kept."""
    return {} if who.is_private or is_preview() else {"visitor": token_of(who)}


def text_of(name: str = "slug") -> Translation:
    """Return the article that is asked for, at its address or one it had before; else 404."""
    slug, locale = said(name), said("locale") or g.locale
    if locale not in settings().locales:
        abort(HTTPStatus.NOT_FOUND)
    return _at(slug, locale) or abort(HTTPStatus.NOT_FOUND)


def _at(slug: str, locale: str) -> Translation | None:
    words = joinedload(Translation.public_revision).joinedload(Revision.rendering)
    found = db.session.scalar(by_slug(locale, slug, reader=reader()).options(words))
    if found is not None:
        return found
    held = leading.holder(locale, slug)
    return leading.articles_now([held], reader()).get(held) if held else None
