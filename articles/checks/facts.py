"""What the site knows of the things that a draft links to. The one module of the checks that asks it."""

import re
from collections.abc import Collection
from functools import cache
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from articles.checks.draft import Draft, Facts, Picture, Target
from articles.checks.findings import Finding
from articles.checks.rules import BLOCKING, check
from articles.checks.structure import left_by
from articles.models import Article, Attachment, Audience, Translation
from articles.publishing import Words
from articles.queries import published
from articles.rendering import public_rendering
from articles.studio.editing.outlines import OUTLINES
from articles.studio.models import Template
from kb.db import db


def draft_of(words: Words, locale: str) -> Draft:
    """Return the words of a form or a revision as a draft to be checked on this site."""
    return Draft(
        title=words.title,
        body=words.body,
        locale=locale,
        summary=words.summary,
        answers=tuple(words.answers),
        outline=outlines(locale),
    )


def outlines(locale: str) -> frozenset[str]:
    """Return what templates of a language leave for the writer to replace."""
    edited = db.session.scalars(select(Template.body).where(Template.locale == locale))
    return built_in(locale.partition("-")[0]).union(*map(left_by, edited))


@cache
def built_in(language: str) -> frozenset[str]:
    """Return the same of the templates that come with the program."""
    return frozenset().union(*map(left_by, OUTLINES.get(language, OUTLINES["en"]).values()))


def blocking(translation: Translation, words: Words) -> list[Finding]:
    """Return what must be mended before these words are published as a translation."""
    found = check(draft_of(words, translation.locale))
    return [each for each in found if each.rule in BLOCKING]


def facts_of(draft: Draft) -> Facts:
    """Return what there is of the articles and files that a draft names: a few queries."""
    source = draft.source
    targets = [*(each.target for each in source.links), *(each.target for each in source.images)]
    wanted = {
        unquote(each.removeprefix("article:").partition("#")[0]): "#" in each
        for each in sorted(targets)
        if each.startswith("article:")
    }
    digests = {
        each.removeprefix("attachment:").partition("/")[0]
        for each in targets
        if each.startswith("attachment:")
    }
    return Facts(articles=_articles(wanted, draft.locale), files=_files(digests))


def _articles(wanted: dict[str, bool], locale: str) -> dict[str, Target]:
    """Return what is known of articles by key; those marked true with their anchors."""
    if not wanted:
        return {}
    public = {}
    for each in db.session.scalars(published(reader=Audience.STAFF).where(Article.key.in_(wanted))):
        if each.article.key not in public or each.locale == locale:
            public[each.article.key] = each
    found: dict[str, Target] = {}
    known = db.session.scalars(
        select(Article)
        .where(Article.key.in_(wanted))
        .options(selectinload(Article.translations).load_only(Translation.title))
    )
    for article in known:
        seen = public.get(article.key)
        title = seen.title if seen else next((t.title for t in article.translations), article.key)
        anchors = _anchors(seen) if seen and wanted[article.key] else None
        found[article.key] = Target(title, seen is not None, anchors)
    return found


def _anchors(translation: Translation) -> frozenset[str]:
    html = public_rendering(translation).html
    return frozenset(re.findall(r'\sid="([^"]+)"', html))


def _files(digests: Collection[str]) -> dict[str, Picture]:
    if not digests:
        return {}
    rows = db.session.execute(
        select(Attachment.digest, Attachment.size, Attachment.width, Attachment.height).where(
            Attachment.digest.in_(digests)
        )
    )
    return {row.digest: Picture(row.size, row.width, row.height) for row in rows}
