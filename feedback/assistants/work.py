"""What assistants may do: search, read, and ask what is missing. Needs the context of a request.

Searches and readings are noted like those of people, through their own channel, so that what an
assistant could not answer stands in the same report.
"""

import re
from datetime import timedelta

from flask import g, url_for
from flask_babel import force_locale
from sqlalchemy.orm import joinedload

from articles import feeds
from articles.audience import reader
from articles.models import Article, Translation
from articles.queries import by_key, by_slug, published
from articles.views import address_of, site_root
from feedback.assistants.answers import Found, FoundArticle, Missing, MissingAnswer, ReadArticle
from feedback.assistants.callers import Caller, visitor_of
from feedback.gaps.labels import CAUSES, WHY
from feedback.gaps.report import KeptGap, gaps_report
from feedback.models import Channel
from feedback.outcomes import READ_SECONDS
from feedback.recording import note_read, note_search, shown_by
from feedback.reports.pages import filters_of
from kb.db import db, utc_now
from kb.locales import settings
from search.filters import MAX_QUERY_LENGTH
from search.reading.queries import tidy
from search.showing import ShownHit, shown
from search.views import NEAREST_WHEN_WEAK, audiences, engine

MOST_ARTICLES = 10
MOST_GAPS = 50
LONGEST_DAYS = 365

SURE = (
    "These articles speak of it. Read the one that fits with `read` before you answer, answer from "
    "what it says, and give its address."
)
UNSURE = (
    "No article surely answers this. Say that you do not know rather than guess, and offer to reach "
    "a person: {contact} . The question is noted, so that somebody can write the answer."
)

_ADDRESS = re.compile(r"/(?P<locale>[A-Za-z-]+)/articles/(?P<slug>[^/?#]+)")


class NotThere(LookupError):
    """No article that the caller may read is called so; the message says what to do."""


def search(
    caller: Caller, question: str, *, language: str = "", limit: int = 5, conversation: str = ""
) -> Found:
    """Return the articles that answer a question, and whether they surely do."""
    g.locale = locale = _language(language)
    query = tidy(question)[:MAX_QUERY_LENGTH]
    results = engine().search(
        query, locale=locale, limit=min(max(limit, 1), MOST_ARTICLES), audiences=audiences()
    )
    hits = shown(results.hits)
    if results.weak:
        hits = hits[:NEAREST_WHEN_WEAK]
    note_search(
        visitor_of(caller, conversation),
        query=query,
        locale=locale,
        shown=shown_by(results),
        channel=Channel.MCP,
    )
    is_answered = bool(hits) and results.is_sure
    contact = site_root() + url_for("contact.form", locale=locale)
    return Found(
        question=query,
        is_answered=is_answered,
        confidence=round(results.chance, 2),
        advice=SURE if is_answered else UNSURE.format(contact=contact),
        articles=_found(hits),
        corrected=results.corrected,
    )


def _language(asked: str) -> str:
    """Return the language of the site that is asked for, or its first."""
    known, wanted = settings().locales, asked.strip().replace("_", "-").lower()
    exact = next((each for each in known if each.lower() == wanted), None)
    return exact or next(
        (each for each in known if wanted.split("-")[0] == each.lower().split("-")[0]), known[0]
    )


def _found(hits: list[ShownHit]) -> list[FoundArticle]:
    ids = [int(each.document_id) for each in hits]
    rows = db.session.scalars(
        published(reader=reader()).where(Translation.id.in_(ids)).order_by(Translation.id)
    )
    keys = {str(each.id): each.article.key for each in rows}
    return [
        FoundArticle(
            id=keys[each.document_id],
            title=each.title,
            passage=each.snippet.striptags(),
            address=site_root() + each.address,
            language=each.locale,
            category=each.category_name,
        )
        for each in hits
        if each.document_id in keys
    ]


def read(
    caller: Caller,
    article: str,
    *,
    language: str = "",
    question: str = "",
    conversation: str = "",
) -> ReadArticle:
    """Return an article by its id, or by its address; raises `NotThere`."""
    translation = _translation(article.strip(), language)
    if translation is None:
        raise NotThere(
            "No article that you may read has this id or address. Use the id that `search` gave."
        )
    g.locale = translation.locale
    note_read(
        visitor_of(caller, conversation),
        translation,
        query=question,
        # It has the whole text; who is not vouched for is only known to have opened it.
        seconds=READ_SECONDS if caller.is_vouched_for else 0,
        channel=Channel.MCP,
    )
    category = translation.article.category
    return ReadArticle(
        id=translation.article.key,
        title=translation.title,
        language=translation.locale,
        address=address_of(translation, external=True),
        updated_on=translation.updated_at.date().isoformat(),
        category=category.name_in(translation.locale).name if category else "",
        other_languages=_other_languages(translation),
        markdown=feeds.as_markdown(
            translation, lambda each: address_of(each, external=True), site_root()
        ),
    )


def _translation(named: str, language: str) -> Translation | None:
    words = (
        joinedload(Translation.public_revision),
        joinedload(Translation.article, Article.category),
    )
    address = _ADDRESS.search(named)
    if address and address["locale"] in settings().locales:
        slug = address["slug"].removesuffix(".md")
        query = by_slug(address["locale"], slug, reader=reader())
        return db.session.scalar(query.options(*words))
    found = db.session.scalars(by_key(None, [named], reader=reader()).options(*words)).all()
    wanted = _language(language)
    order = [wanted, *settings().locales]
    return min(
        found,
        key=lambda each: order.index(each.locale) if each.locale in order else len(order),
        default=None,
    )


def _other_languages(translation: Translation) -> list[str]:
    same = published(reader=reader()).where(
        Translation.article_id == translation.article_id, Translation.id != translation.id
    )
    return sorted(each.locale for each in db.session.scalars(same))


def missing(*, days: int = 30, limit: int = 10) -> Missing:
    """Return the questions that went unanswered in the last days, the costliest first."""
    since = utc_now() - timedelta(days=min(max(days, 1), LONGEST_DAYS) - 1)
    filters = filters_of({"since": since.date().isoformat()})
    found = gaps_report(filters)
    with force_locale("en"):  # what is said of a question; the question is as it was asked
        questions = [_missing(each) for each in found.gaps[: min(max(limit, 1), MOST_GAPS)]]
    return Missing(
        since=filters.period.since.date().isoformat(),
        until=filters.period.last_day.isoformat(),
        total=len(found.gaps),
        questions=questions,
    )


def _missing(gap: KeptGap) -> MissingAnswer:
    return MissingAnswer(
        question=gap.name,
        language=gap.locale,
        visitors=gap.visitors,
        searches=gap.intents,
        asked_a_person=gap.contacts,
        diagnosis=str(CAUSES[gap.diagnosis]) if gap.diagnosis else "No clear cause",
        remedy=str(WHY[gap.diagnosis]) if gap.diagnosis else "Look at the words of who asked.",
        nearest_article=gap.nearest.title if gap.nearest else None,
        asked_through=[each.value for each in gap.channels] or [Channel.SITE.value],
        address=site_root() + url_for("gaps.gap", number=gap.id),
    )
