"""Articles and results as the widget shows them: plain values, texts as trees of elements."""

from typing import Any

from babel import Locale
from flask import g
from flask_babel import get_locale
from flask_babel import gettext as _

from articles.attachments import with_passes
from articles.audience import reader
from articles.markdown import typeset
from articles.models import Audience, Translation
from articles.rendering import page_html
from articles.views import address_of
from feedback.widget.trees import tree
from kb.formats import shown_date
from search.showing import ShownHit

DEEPER = 1  # the title of an article is a heading of the second level inside the widget


def row(translation: Translation) -> dict[str, Any]:
    """Return an article in a list."""
    return {
        "slug": translation.slug,
        "locale": translation.locale,
        "title": str(typeset(translation.title, translation.locale)),
        "text": [str(typeset(translation.summary, translation.locale))],
        **_foreign(translation.locale),
    }


def hit(found: ShownHit) -> dict[str, Any]:
    """Return a result."""
    return {
        "slug": found.slug,
        "locale": found.locale,
        "title": str(typeset(found.title, found.locale)),
        "text": tree(str(found.snippet)),
        "path": " › ".join(filter(None, (found.category_name, *found.path))),
        "anchor": found.address.partition("#")[2],
        "rank": found.rank,
        "revision": found.revision_id,
        **_foreign(found.locale),
    }


def article(translation: Translation) -> dict[str, Any]:
    """Return an article to read."""
    html = page_html(translation, address_of)
    if reader() is not Audience.EVERYONE:
        html = with_passes(html)  # a picture is fetched without saying who asks
    return {
        "slug": translation.slug,
        "locale": translation.locale,
        "title": str(typeset(translation.title, translation.locale)),
        "summary": str(typeset(translation.summary, translation.locale)),
        "body": tree(html, deeper=DEEPER),
        "revision": translation.public_revision_id,
        "address": address_of(translation),
        "updated": str(_("Updated on %(date)s", date=shown_date(translation.updated_at))),
        **_foreign(translation.locale),
    }


def _foreign(locale: str) -> dict[str, str]:
    """Name the language of what is not in that of the visitor."""
    if locale == g.locale:
        return {}
    return {"language": language_name(locale)}


def language_name(code: str) -> str:
    """Return what a language is called in that of the visitor."""
    return Locale.parse(code).get_display_name(get_locale()) or code
