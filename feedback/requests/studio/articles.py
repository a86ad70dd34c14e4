"""Articles for an answer: found by their titles or by what they say, offered in the customer's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select

from articles.markdown import linked_keys
from articles.models import Article, Audience, Translation
from articles.queries import by_key, published
from articles.studio.editing.picking import at_address
from articles.studio.seeking import holds_name
from articles.views import address_of
from feedback.contact.form import Letter
from feedback.contact.suggesting import sure_hits
from feedback.requests.models import ContactRequest
from kb.db import db
from kb.locales import settings
from search.views import engine

MOST = 8
READERS = frozenset({Audience.EVERYONE.value, Audience.CUSTOMERS.value})


@dataclass(frozen=True, slots=True)
class Offer:
    """An article as it is linked in an answer: its whole address and its title.

    `label`: the title with a word where another language has to do. `is_restricted`: only customers
    who are known can open it.
    """

    article_id: int
    title: str
    label: str
    address: str
    locale: str
    is_other_locale: bool
    is_restricted: bool


def found(query: str, locale: str) -> list[Offer]:
    """Return the articles that a query names, titles first; a pasted address gives its article."""
    words = query.split()
    if not words:
        return []
    pasted = at_address(query)
    if pasted is not None:
        return _of_keys(linked_keys(f'<a href="{pasted.address}"></a>'), locale)
    titled = published(reader=Audience.CUSTOMERS).where(
        *(or_(holds_name(Translation.title, each), holds_name(Article.key, each)) for each in words)
    )
    ids = [each.article_id for each in db.session.scalars(titled.limit(2 * MOST))]
    hits = engine().search(query, locale=locale, limit=MOST, audiences=READERS).hits
    return offers_of([*ids, *_articles_of([each.document_id for each in hits])], locale)[:MOST]


def suggested(request: ContactRequest) -> list[Offer]:
    """Return the articles that may answer a request, as the form offers them; none where none is sure."""
    hits = sure_hits(Letter(request.subject, request.message), request.locale, READERS)
    return offers_of(_articles_of([each.document_id for each in hits]), request.locale)


def _articles_of(documents: Sequence[str]) -> list[int]:
    wanted = [int(each) for each in documents]
    rows = db.session.execute(
        select(Translation.id, Translation.article_id).where(Translation.id.in_(wanted))
    )
    known = {row.id: row.article_id for row in rows}
    return [known[each] for each in wanted if each in known]


def _of_keys(keys: Iterable[str], locale: str) -> list[Offer]:
    rows = db.session.scalars(by_key(None, sorted(keys), reader=Audience.CUSTOMERS))
    return offers_of([each.article_id for each in rows], locale)


def offers_of(article_ids: Sequence[int], locale: str) -> list[Offer]:
    """Return articles in a language, else in the site's own, else in any; those nobody reads left out."""
    wanted = list(dict.fromkeys(article_ids))
    rows = db.session.scalars(
        published(reader=Audience.CUSTOMERS).where(Translation.article_id.in_(wanted))
    )
    tongues: dict[int, dict[str, Translation]] = {}
    for each in rows:
        tongues.setdefault(each.article_id, {})[each.locale] = each
    return [_offer(tongues[each], locale) for each in wanted if each in tongues]


def _offer(tongues: Mapping[str, Translation], locale: str) -> Offer:
    order = (locale, settings().default_locale, *tongues)
    best = next(tongues[each] for each in order if each in tongues)
    is_other = best.locale != locale
    return Offer(
        best.article_id,
        best.title,
        _with_language(best, locale) if is_other else best.title,
        address_of(best, external=True),
        best.locale,
        is_other,
        best.article.audience is not Audience.EVERYONE,
    )


def _with_language(translation: Translation, locale: str) -> str:
    """Return a title with the language that it is in, said in the language of the customer."""
    language = Locale.parse(translation.locale).get_display_name(locale)
    with force_locale(locale):
        return str(
            _("%(title)s (in %(language)s)", title=translation.title, language=language or "")
        )


@dataclass(frozen=True, slots=True)
class Named:
    """An article as colleagues name it, public or not."""

    title: str
    locale: str
    translation_id: int
    is_public: bool


def named(article: Article, locale: str) -> Named | None:
    """Return what an article is called, in a language where it has it; None for one without words."""
    tongues = {each.locale: each for each in article.translations}
    order = (locale, article.source_locale, *tongues)
    best = next((tongues[each] for each in order if each in tongues), None)
    if best is None:
        return None
    return Named(best.title, best.locale, best.id, best.public_revision_id is not None)
